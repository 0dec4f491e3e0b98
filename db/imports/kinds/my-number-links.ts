/** 個人番号: which number is whose. Compared by a keyed index that nobody may read; nothing is opened. */
import type { MyNumberRecord } from '../../../domain/municipal-file.ts'
import { look, withPurpose } from '../../client.ts'
import { bornOtherwise } from '../../people/birth.ts'
import { knownRows } from '../../people/compare-file.ts'
import { keepNumbersBefore, keepNumbersWritten } from '../../people/kept-before.ts'
import { comparedMyNumbers, writeMyNumbers } from '../../people/my-numbers.ts'
import { putBackNumbers } from '../../people/put-back-numbers.ts'
import type { FileChange } from '../types.ts'
import { assertBornAsTold } from './born-as-told.ts'
import { type Applying, type Compared, type Comparing, type KindModule, rowNote } from './kind.ts'
import { movedOn } from './resident-applier.ts'

const numbersAtOnce = 1_000

export const myNumberLinks: KindModule<'myNumberLinks'> = {
  keyOf: ({ registerNumber }) => registerNumber,
  compare: async (comparing, rows) =>
    compare(
      comparing,
      rows.map(({ record }) => record),
    ),
  apply: async (applying) => ({
    take: async (changes) => {
      for (let from = 0; from < changes.length; from += numbersAtOnce) {
        await write(applying, changes.slice(from, from + numbersAtOnce))
      }
    },
    end: async () => ({ hasNews: false }),
  }),
  undo: async ({ tx, store, job }) => {
    const { municipalityCode, importId } = job
    const replaced = await tx<{ residentId: string }[]>`
      select resident_id as "residentId" from import_before
       where municipality_code = ${municipalityCode} and import_id = ${importId}`
    const looks = replaced.map(({ residentId }) => {
      return { municipalityCode, residentId, fields: ['registerEvents'] }
    })
    await look(tx, looks)
    await putBackNumbers(tx, store.vault, { municipalityCode, importId })
    return replaced.length
  },
}

const outcomes = { same: 'same', new: 'new', changed: 'changed', taken: 'needsDecision' } as const

async function compare({ store, job }: Comparing, records: MyNumberRecord[]): Promise<Compared[]> {
  const { municipalityCode } = job
  const scope = { municipalityCode, purpose: 'compareRegister' } as const
  return withPurpose(store.sql, scope, async (tx) => {
    const asked = records.map(({ registerNumber }) => registerNumber)
    const known = await knownRows(tx, municipalityCode, asked)
    const told = records.filter(({ registerNumber }) => known.has(registerNumber))
    const numbers = await comparedMyNumbers(tx, store.vault, municipalityCode, told)
    const others = await bornOtherwise(tx, store.vault, municipalityCode, records)
    return records.map(({ registerNumber }, i): Compared => {
      const residentId = known.get(registerNumber)?.residentId
      if (!residentId) return { outcome: 'rejected', notes: [rowNote('unknownResident')] }
      if (others[i]) {
        return { outcome: 'needsDecision', residentId, notes: [rowNote('birthDateDiffers')] }
      }
      const news = numbers.get(registerNumber)!.outcome
      const notes = news === 'taken' ? [rowNote('myNumberTaken')] : []
      return { outcome: outcomes[news], residentId, base: news, notes }
    })
  })
}

async function write(
  { tx, store, job }: Applying,
  changes: FileChange<'myNumberLinks'>[],
): Promise<void> {
  if (changes.length === 0) return
  const { municipalityCode, importId } = job
  const told = changes.map(({ record }) => record!)
  const residentIds = changes.map(({ residentId }) => residentId!)
  await look(
    tx,
    residentIds.map((residentId) => ({ municipalityCode, residentId, fields: ['registerEvents'] })),
  )
  await assertBornAsTold({ tx, store, job }, told)
  const news = await comparedMyNumbers(tx, store.vault, municipalityCode, told)
  const numbers = changes.map(({ base, record, residentId }) => {
    const { outcome, index } = news.get(record!.registerNumber)!
    if (outcome !== base) throw movedOn()
    return { residentId: residentId!, myNumber: record!.myNumber, index }
  })
  await keepNumbersBefore(tx, { municipalityCode, importId }, residentIds)
  const kept = await writeMyNumbers(tx, store.vault, municipalityCode, numbers)
  if (kept.size !== numbers.length) throw movedOn()
  await keepNumbersWritten(tx, { municipalityCode, importId }, residentIds)
}
