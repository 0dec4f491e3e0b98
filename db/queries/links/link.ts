/**
 * Two people say that two register rows are one person's. Asked for by one, agreed to by another of the
 * same office; carried out, everything follows as from a move-in between the two rows, and what changed is
 * kept, so that it can be undone (`unlink.ts`). Nobody is linked by a rule, least of all by name and birth
 * date.
 */
import { randomUUID } from 'node:crypto'
import type { PlainDate } from '../../../domain/course.ts'
import { DomainError } from '../../../domain/errors.ts'
import type { LinkReason } from '../../../domain/links.ts'
import { type ApprovalSubject, insertApproval } from '../../auth/approvals.ts'
import { look, type Sql, type Tx } from '../../client.ts'
import { inTownsOf } from '../../scope.ts'
import type { Store } from '../../store.ts'
import { lockCoursesOf } from '../course-home.ts'
import type { CourseHome } from '../plan-input.ts'
import { lockUnderProtection } from '../protection.ts'
import { assertMunicipality, lockPerson, type RegisterKey, takeTurns } from '../register-events.ts'
import { settlePerson } from '../residency.ts'
import { type Agreed, inLinks, useApproval } from './agreed.ts'
import { changesBetween, courseIdsOf, snapshotOf } from './journal.ts'
import { compareRows, findRow, homeOf, type LinkPair } from './rows.ts'

export type LinkToPropose = {
  /** Whose people ask and agree; one of the two rows is in its register. */
  office: string
  now: RegisterKey
  former: RegisterKey
  /** From when on the person is under the row `now`. */
  since: PlainDate
  reason: LinkReason
}

const approvalHours = 168

/**
 * Asks for it; answers the approval's id. Throws DomainError: `linkNotYours`, `unknownMunicipality`,
 * `unknownResident`, and what `compareRows` throws.
 */
export async function proposeLink(
  { sql, vault }: Store,
  asked: LinkToPropose,
  askedBy: string,
  today: PlainDate,
): Promise<string> {
  const { office, now, former, since, reason } = asked
  if (now.municipalityCode !== office && former.municipalityCode !== office) {
    throw new DomainError('linkNotYours', 'Neither row is of this register', 'formerNumber')
  }
  const towns = [now.municipalityCode, former.municipalityCode]
  return inLinks(sql, towns, async (tx) => {
    await assertMunicipality(tx, now.municipalityCode, 'nowTown')
    await assertMunicipality(tx, former.municipalityCode, 'formerTown')
    const pair = {
      now: await findRow(tx, now, 'nowNumber'),
      former: await findRow(tx, former, 'formerNumber'),
      since,
    }
    const { namesAgree } = await compareRows(tx, vault, pair, office, today)
    return insertApproval(tx as unknown as Sql, {
      ...{ kind: 'linkPeople', office, askedBy, reasonCode: reason, hours: approvalHours },
      subject: subjectOf(pair, namesAgree),
    })
  })
}

function subjectOf({ now, former, since }: LinkPair, namesAgree: boolean): ApprovalSubject {
  return {
    ...{ nowMunicipalityCode: now.municipalityCode, nowResidentId: now.residentId },
    ...{ formerMunicipalityCode: former.municipalityCode, formerResidentId: former.residentId },
    ...{ sinceOn: since, names: namesAgree ? 'agree' : 'differ' },
  }
}

export type Linked = { linkId: string; hasNews: boolean }

/**
 * Carries out what was agreed to. Throws `approvalMissing`, and what `compareRows` throws when the rows
 * have changed meanwhile; then the approval is unused.
 */
export async function linkPeople(
  { sql, vault }: Store,
  asked: { office: string; approvalId: string },
  today: PlainDate,
): Promise<Linked> {
  const { office } = asked
  const agreed = await useApproval.look(sql, asked, 'linkPeople')
  const [nowHome, formerHome, since] = pairOf(agreed)
  if (nowHome.municipalityCode !== office && formerHome.municipalityCode !== office) {
    throw new DomainError('linkNotYours', 'Neither row is of this register', 'formerNumber')
  }
  const towns = [office, nowHome.municipalityCode, formerHome.municipalityCode]
  return inLinks(sql, towns, async (tx) => {
    const pair = {
      now: await findRow(tx, nowHome, 'nowNumber'),
      former: await findRow(tx, formerHome, 'formerNumber'),
      since,
    }
    await takeTurns(tx, [pair.now, pair.former])
    await useApproval.consume(tx, agreed)
    const { namesAgree } = await compareRows(tx, vault, pair, office, today)
    const linkId = randomUUID()
    await writeLink(tx, { linkId, pair, namesAgree, agreed, today })
    const hasNews = await settleLinked(tx, linkId, pair.now, today)
    return { linkId, hasNews }
  })
}

function pairOf({ subject }: Agreed): [now: CourseHome, former: CourseHome, since: PlainDate] {
  const text = (name: string) => String(subject[name])
  return [
    { municipalityCode: text('nowMunicipalityCode'), residentId: text('nowResidentId') },
    { municipalityCode: text('formerMunicipalityCode'), residentId: text('formerResidentId') },
    text('sinceOn') as PlainDate,
  ]
}

type Writing = {
  linkId: string
  pair: LinkPair
  namesAgree: boolean
  agreed: Agreed
  today: PlainDate
}

async function writeLink(tx: Tx, { linkId, pair, namesAgree, agreed, today }: Writing) {
  const { now, former, since } = pair
  await tx`
    insert into person_link (municipality_code, id, now_municipality_code, now_resident_id,
                             former_municipality_code, former_resident_id, since_on, names_agree,
                             reason, asked_by, approved_by, linked_on)
    values (${agreed.office}, ${linkId}, ${now.municipalityCode}, ${now.residentId},
            ${former.municipalityCode}, ${former.residentId}, ${since}, ${namesAgree},
            ${agreed.reasonCode}, ${agreed.askedBy}, ${agreed.approvedBy}, ${today})`
  for (const [side, row] of [
    ['now', now],
    ['former', former],
  ] as const) {
    await tx`
      insert into person_link_side (municipality_code, resident_id, link_id, side, since_on, linked_on)
      values (${row.municipalityCode}, ${row.residentId}, ${linkId}, ${side}, ${since}, ${today})`
  }
}

/** Everything is locked before it is looked at, so that what is kept is what the link alone changed. */
async function settleLinked(
  tx: Tx,
  linkId: string,
  now: CourseHome,
  today: PlainDate,
): Promise<boolean> {
  const home = homeOf(now)
  const rows = await inTownsOf(tx, 'settleMove', home, async () => {
    const locked = await lockPerson(tx, home)
    await lockUnderProtection(tx, locked)
    await lockCoursesOf(tx, locked)
    await look(
      tx,
      locked.map((row) => ({ ...row, fields: ['registerEvents'] })),
    )
    return locked
  })
  const asLinking = <T>(work: () => Promise<T>) => inTownsOf(tx, 'linkPeople', home, work)
  const courseIds = await asLinking(() => courseIdsOf(tx, rows))
  const snapshot = () => asLinking(() => snapshotOf(tx, rows, courseIds))
  const before = await snapshot()
  const { hasNews } = await settlePerson(tx, home, today)
  const changes = changesBetween(before, await snapshot())
  await tx`update person_link set undo = ${tx.json(changes as never)} where id = ${linkId}`
  return hasNews
}
