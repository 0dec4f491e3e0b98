/** What a notice says, from a check that has just passed. */
import type { PersonToNotify } from '../db/people/read.ts'
import type { Notice, SenderRow } from '../db/queries/notices.ts'
import { compareDates } from '../domain/calendar.ts'
import type { PlainDate } from '../domain/course.ts'
import type { PlanDose } from '../domain/plan.ts'
import { productOf } from '../domain/product.ts'
import { letterLimits } from '../letters/limits.ts'
import type { NoticeForMail, NoticeForPrint, Sender } from '../letters/notice.ts'
import type { Ready } from './notice-recheck.ts'

/** A check that has passed, and whom it was about. */
export type ReadyFor = Ready & { person: PersonToNotify }

export function mailContent(ready: ReadyFor, notice: Notice, on: PlainDate): NoticeForMail {
  const { person, plan, input } = ready
  const { recalled } = input
  const previous = recalled ? doseOf(recalled) : previousDose(input.doses, notice)
  return {
    noticeId: notice.id,
    kind: notice.kind,
    ...(notice.phase !== '' && { phase: notice.phase }),
    round: notice.round,
    doseNumber: notice.doseNumber,
    campaignDate: on,
    recipient: {
      familyName: person.familyName,
      givenName: person.givenName,
      kana: person.kana,
    },
    sender: senderFrom(ready.sender),
    ...(previous && { previousDose: previous }),
    ...(plan.dueWindow && {
      dueWindow: { earliest: plan.dueWindow.earliest, due: plan.dueWindow.due },
    }),
    ...(recalled && { lotNumber: recalled.lotNumber }),
    ...(notice.kind === 'relocationNotice' && {
      ticketHint: input.relocation?.ticketRegisteredOn ? 'newTicketEnclosed' : 'callForTicket',
    }),
  }
}

/** Undefined when the register has no address for the person. */
export function letterContent(
  ready: ReadyFor,
  notice: Notice,
  on: PlainDate,
  page: { letterId: string; code: string; myAddress: string | undefined },
): NoticeForPrint | undefined {
  const { residence } = ready.person
  if (!residence) return undefined
  const content = mailContent(ready, notice, on)
  const { letterId, code, myAddress } = page
  const access = { code, ...(myAddress !== undefined && { address: myAddress }) }
  return { ...content, letterId, access, recipient: { ...content.recipient, ...residence } }
}

function previousDose(doses: PlanDose[], { occasion }: Notice): NoticeForMail['previousDose'] {
  const dose =
    doses.find(({ id }) => id === occasion) ??
    doses.toSorted((a, b) => compareDates(a.givenOn, b.givenOn)).at(-1)
  return dose && doseOf(dose)
}

function doseOf(dose: Pick<PlanDose, 'givenOn' | 'productCode'>): NoticeForMail['previousDose'] {
  const { nameJa, nameEn } = productOf(dose.productCode)
  return { givenOn: dose.givenOn, productNameJa: nameJa, productNameEn: nameEn }
}

export function senderFrom({
  municipalityName,
  office,
  phone,
  postcode,
  address,
}: SenderRow): Sender {
  const returnAddress = `〒${postcode.slice(0, 3)}-${postcode.slice(3)} ${address}`
  return {
    municipalityName,
    office,
    phone,
    // Too long for its place on the page: the letter matters more than the way back.
    ...([...returnAddress].length <= letterLimits.returnAddress && { returnAddress }),
  }
}
