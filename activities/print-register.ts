/** The vaccination register on paper: all of it, or the pages that are not as they lie in the binder. */
import { hash } from 'node:crypto'
import { indexesInHex } from '../db/people/blind.ts'
import { townNames } from '../db/queries/municipalities.ts'
import {
  keepPages,
  type PersonInRegister,
  pagesInBinder,
  peopleInRegister,
} from '../db/queries/paper/printed-register.ts'
import { placedDoses } from '../domain/dose-slots.ts'
import { DomainError } from '../domain/errors.ts'
import { kanaKey } from '../domain/kana-order.ts'
import type { PrintAsked } from '../domain/office-file.ts'
import { changesSince, pageCodes, pagesOf } from '../domain/register-pages.ts'
import { codePointOf } from '../files/returns/return-file.ts'
import { renderRegister } from '../letters/printed-paper.ts'
import type { PrintedPerson } from '../letters/printed-register-page.ts'
import type { Content, ContentDeps, FileInHand } from './office-file-content.ts'
import { onePiece } from './print-dose-forms.ts'

/** Larger registers have a system of their own; a binder of more than 3,000 pages is no help to anybody. */
export const peopleInPrintAtMost = 40_000

type Person = PrintedPerson & { id: string; key: string }

/** Throws `registerTooLarge`, and `nothingForPaper` when no page differs from the binder's. */
export async function registerPrintContent(
  deps: ContentDeps,
  file: FileInHand,
  asked: PrintAsked,
): Promise<Content> {
  const { municipalityCode, day: date } = file
  const towns = await townNames(deps.sql, [municipalityCode])
  const all = pagesOf(await readPeople(deps, file), spreadOf)
  const codes = pageCodes(
    all.map((page) => page.at(-1)!.id),
    spreadOf,
  )
  const digests = await digestsOf(deps, municipalityCode, all)
  const now = all.map((_, i) => ({ code: codes[i]!, digest: digests[i]! }))
  const before = asked.pages === 'all' ? undefined : await pagesInBinder(deps.sql, municipalityCode)
  const { insert, remove } = changesSince(before ?? [], now)
  if (!insert.some(Boolean) && remove.length === 0) {
    throw new DomainError('nothingForPaper', 'Every page is as it lies in the binder')
  }
  const pages = all.flatMap((people, i) => (insert[i] ? [{ code: codes[i]!, people }] : []))
  const changes = {
    isFirst: before === undefined,
    remove,
    insert: placesFor(codes, insert),
    of: all.length,
  }
  const about = {
    municipality: { code: municipalityCode, name: towns.get(municipalityCode) ?? municipalityCode },
    date,
  }
  const { pdf, pages: printed, missing } = await renderRegister({ about, changes, pages })
  const rows = pages.reduce((sum, { people }) => sum + people.length, 0)
  return {
    as: 'pdf',
    bytes: onePiece(pdf),
    counts: () => ({ rows, pages: printed, lacking: missing.map(codePointOf), leftOut: 0 }),
    keep: (tx) =>
      keepPages(
        tx,
        file,
        now.map((page, i) => ({ ...page, isPrinted: insert[i]! })),
      ),
  }
}

/** Each page to put in, with the next page that is in the binder already. */
function placesFor(codes: string[], insert: boolean[]) {
  return codes.flatMap((code, i) => {
    if (!insert[i]) return []
    const next = codes.findIndex((_, at) => at > i && !insert[at])
    return [{ code, ...(next >= 0 && { before: codes[next]! }) }]
  })
}

async function readPeople(
  { sql, vault, signal }: ContentDeps,
  { municipalityCode, day: today }: FileInHand,
): Promise<Person[]> {
  const people: Person[] = []
  const ask = { municipalityCode, today, ...(signal && { signal }) }
  for await (const page of peopleInRegister({ sql, vault }, ask)) {
    const keepers = page.flatMap(({ doses }) => doses.flatMap(({ keptBy }) => keptBy ?? []))
    const towns = keepers.length > 0 ? await townNames(sql, keepers) : new Map<string, string>()
    people.push(...page.map((person) => printed(person, towns)))
    if (people.length > peopleInPrintAtMost) {
      throw new DomainError('registerTooLarge', `More than ${peopleInPrintAtMost} people`)
    }
  }
  return people.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
}

const placesOnPaper = 2

function printed(
  { id, registerNumber, person, doses }: PersonInRegister,
  towns: ReadonlyMap<string, string>,
): Person {
  const { family, given, kana, bornOn } = person
  return {
    id,
    key: [kanaKey(kana), bornOn, registerNumber].join('\u0000'),
    registerNumber,
    holder: { familyName: family, givenName: given, kana },
    bornOn,
    doses: placedDoses(doses, Math.max(placesOnPaper, doses.length)).map(
      (dose) =>
        dose && {
          ...{ givenOn: dose.givenOn, productCode: dose.productCode, lotNumber: dose.lotNumber },
          place: dose.venueName ?? (dose.keptBy ? (towns.get(dose.keptBy) ?? dose.keptBy) : ''),
        },
    ),
  }
}

/** Ids are random, so that this is even; nobody's name or birthday decides where a page ends. */
function spreadOf(text: string): number {
  return Number.parseInt(hash('sha256', text).slice(0, 12), 16) / 2 ** 48
}

/** Of what a page says. Keyed: who holds the table cannot try out what stands on a page. */
function digestsOf({ vault }: ContentDeps, municipalityCode: string, pages: Person[][]) {
  const values = pages.map((people) => {
    const said = people.map(({ id: _, key: __, ...person }) => person)
    return hash('sha256', JSON.stringify(['registerPage', 1, said]))
  })
  return indexesInHex(vault, municipalityCode, 'body', values)
}
