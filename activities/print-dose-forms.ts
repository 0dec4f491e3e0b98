/** A batch of dose forms for one venue and day. */
import { withPurpose } from '../db/client.ts'
import { look } from '../db/looks.ts'
import { openForForms } from '../db/people/printed-people.ts'
import {
  countLeftOut,
  endOfBatch,
  keepForms,
  readCandidates,
} from '../db/queries/paper/dose-forms.ts'
import { DomainError } from '../domain/errors.ts'
import { kanaKey } from '../domain/kana-order.ts'
import type { FormsAsked } from '../domain/office-file.ts'
import { shortIdOf } from '../domain/short-id.ts'
import { codePointOf } from '../files/returns/return-file.ts'
import type { DoseForm } from '../letters/dose-form-page.ts'
import { formsPerBatchAtMost, renderDoseForms } from '../letters/printed-paper.ts'
import type { Content, ContentDeps, FileInHand } from './office-file-content.ts'

type Ready = { residentId: string; numberIndex: Uint8Array; form: DoseForm }

/**
 * Whoever waits for that dose, in the order of kana, as a venue looks people up. Who is protected is left
 * out, and counted: a pile on a table tells whom it expects. Throws `nothingForPaper`, `noSuchBatch`.
 */
export async function doseFormsContent(
  deps: ContentDeps,
  file: FileInHand,
  asked: FormsAsked,
): Promise<Content> {
  const { ready, leftOut } = await collect(deps, file, asked)
  if (ready.length === 0) {
    throw new DomainError('nothingForPaper', 'Nobody waits for this dose with a ticket in force')
  }
  const { municipalityCode, day: date } = file
  const forms = ready.map(({ form }) => form)
  const { pdf, pages, missing } = await renderDoseForms({ municipalityCode, date, forms })
  return {
    as: 'pdf',
    bytes: onePiece(pdf),
    counts: () => ({ rows: pages, pages, lacking: missing.map(codePointOf), leftOut }),
    keep: (tx) => {
      const kept = ready.map(({ form, ...one }) => ({ ...one, page: form.page }))
      return keepForms(tx, file, asked.doseNumber, kept)
    },
  }
}

async function collect(
  { sql, vault }: ContentDeps,
  { municipalityCode, fileId, day }: FileInHand,
  asked: FormsAsked,
): Promise<{ ready: Ready[]; leftOut: number }> {
  const { venueCode, givenOn, doseNumber, afterFile } = asked
  return withPurpose(sql, { municipalityCode, purpose: 'printPaper' }, async (tx) => {
    const after = afterFile ? await endOfBatch(tx, { municipalityCode, fileId: afterFile }) : ''
    if (after === undefined) throw new DomainError('noSuchBatch', 'There is no batch to go on from')
    const ask = { municipalityCode, day, doseNumber, givenOn, after }
    const holders = await readCandidates(tx, { ...ask, atMost: formsPerBatchAtMost })
    await look(
      tx,
      holders.map(({ residentId }) => {
        return { municipalityCode, residentId, fields: ['course', 'ticket'] }
      }),
    )
    const isFull = holders.length === formsPerBatchAtMost
    const upTo = isFull ? holders.at(-1)?.registerNumber : undefined
    const leftOut = await countLeftOut(tx, ask, upTo)
    const opened = await openForForms(tx, vault, holders)
    const [place] = await tx<{ venue: string; issuer: string }[]>`
      select v.name as venue, m.prefecture || m.name as issuer from venue v, municipality m
       where v.code = ${venueCode} and m.code = ${municipalityCode}`
    if (!place) throw new DomainError('noSuchBatch', 'There is no such venue')
    const people = holders
      .flatMap((holder) => {
        const person = opened.get(holder.residentId)
        return person ? [{ holder, person }] : []
      })
      .map((one) => ({
        ...one,
        key: `${kanaKey(one.person.kana)}\u0000${one.holder.registerNumber}`,
      }))
      .sort((a, b) => (a.key < b.key ? -1 : 1))
    const ready = people.map(({ holder, person: { number, ...name } }, i): Ready => {
      const form = {
        ...{ doseNumber, givenOn, holder: name, ticket: { municipalityCode, number } },
        ...{ issuerName: place.issuer, venue: { code: venueCode, name: place.venue } },
        ...{ batch: shortIdOf(fileId), page: i + 1, of: people.length },
      }
      return { residentId: holder.residentId, numberIndex: holder.numberIndex, form }
    })
    return { ready, leftOut }
  })
}

export async function* onePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
