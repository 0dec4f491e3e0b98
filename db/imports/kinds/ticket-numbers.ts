/** 接種券番号: which number is whose. A number that is somebody's stays theirs, whatever a file says. */
import postgres from 'postgres'
import { DomainError } from '../../../domain/errors.ts'
import type { TicketRecord } from '../../../domain/municipal-file.ts'
import { parseTicketNumber } from '../../../domain/ticket.ts'
import { look, type Tx, withPurpose } from '../../client.ts'
import { bornOtherwise } from '../../people/birth.ts'
import { knownRows } from '../../people/compare-file.ts'
import { hasFollowers } from '../../people/put-back-numbers.ts'
import { bytesOf } from '../../people/same-person.ts'
import { ticketIndexes } from '../../people/tickets.ts'
import { delegatedAmong } from '../../queries/number-ranges.ts'
import { registerTickets } from '../../queries/tickets.ts'
import { insideOf } from '../inside.ts'
import type { FileChange } from '../types.ts'
import { assertBornAsTold } from './born-as-told.ts'
import { type Applying, type Compared, type Comparing, type KindModule, rowNote } from './kind.ts'
import { movedOn } from './resident-applier.ts'

const ticketsAtOnce = 1_000
const foreignKeyViolation = '23503'

export const ticketNumbers: KindModule<'ticketNumbers'> = {
  keyOf: ({ number }) => number,
  compare: async (comparing, rows) =>
    compare(
      comparing,
      rows.map(({ record }) => record),
    ),
  apply: async (applying) => {
    let hasNews = false
    return {
      take: async (changes) => {
        for (let from = 0; from < changes.length; from += ticketsAtOnce) {
          const some = changes.slice(from, from + ticketsAtOnce)
          hasNews = (await register(applying, some)) || hasNews
        }
      },
      end: async () => ({ hasNews }),
    }
  },
  undo,
}

async function compare({ store, job }: Comparing, records: TicketRecord[]): Promise<Compared[]> {
  const { municipalityCode, today } = job
  const wellFormed = records.filter(({ number }) => formFault(number) === undefined)
  const numbers = wellFormed.map(({ number }) => number)
  const indexes = await ticketIndexes(store.vault, municipalityCode, numbers)
  const indexOf = new Map(wellFormed.map((record, i) => [record, indexes[i]!]))
  const scope = { municipalityCode, purpose: 'compareRegister' } as const
  return withPurpose(store.sql, scope, async (tx) => {
    const asked = records.map(({ registerNumber }) => registerNumber)
    const known = await knownRows(tx, municipalityCode, asked)
    const owners = await ownersOf(tx, municipalityCode, indexes)
    const delegated = await delegatedAmong(tx, municipalityCode, numbers)
    const others = await bornOtherwise(tx, store.vault, municipalityCode, records)
    return records.map((record, i): Compared => {
      const fault = formFault(record.number)
      if (fault) return { outcome: 'rejected', notes: [rowNote(fault)] }
      const residentId = known.get(record.registerNumber)?.residentId
      if (!residentId) return { outcome: 'rejected', notes: [rowNote('unknownResident')] }
      if (others[i]) {
        return { outcome: 'needsDecision', residentId, notes: [rowNote('birthDateDiffers')] }
      }
      const owner = owners.get(indexOf.get(record)!)
      if (owner === residentId) return { outcome: 'same', residentId }
      if (owner) {
        return { outcome: 'needsDecision', residentId, notes: [rowNote('ticketNumberTaken')] }
      }
      const refusal = delegated.has(record.number)
        ? 'numberDelegated'
        : record.issuedOn > today && 'dateInFuture'
      if (refusal) return { outcome: 'rejected', residentId, notes: [rowNote(refusal)] }
      return { outcome: 'new', residentId }
    })
  })
}

function formFault(number: string): string | undefined {
  try {
    parseTicketNumber(number)
    return undefined
  } catch (error) {
    if (error instanceof DomainError) return error.code
    throw error
  }
}

/** By index in hex, of those that somebody holds. */
async function ownersOf(tx: Tx, municipalityCode: string, indexes: string[]) {
  const rows = await tx<{ index: string; residentId: string }[]>`
    select encode(number_index, 'hex') as index, resident_id as "residentId" from ticket
     where municipality_code = ${municipalityCode}
       and number_index = any(${bytesOf(tx, indexes)}::bytea[])`
  return new Map(rows.map(({ index, residentId }) => [index, residentId]))
}

async function register(
  { tx, store, job }: Applying,
  changes: FileChange<'ticketNumbers'>[],
): Promise<boolean> {
  const { municipalityCode, importId, today } = job
  const told = changes.map(({ record }) => record!)
  await assertBornAsTold({ tx, store, job }, told)
  const items = told.map(({ bornOn: _, ...ticket }) => ({ municipalityCode, ...ticket }))
  const inside = { sql: insideOf(tx), vault: store.vault }
  const { results, hasNews } = await registerTickets(inside, items, today)
  if (results.some(({ status }) => status !== 'new')) throw movedOn()
  const numbers = items.map(({ number }) => number)
  const indexes = await ticketIndexes(store.vault, municipalityCode, numbers)
  await tx`
    update ticket set made_by_import = ${importId}
     where municipality_code = ${municipalityCode}
       and number_index = any(${bytesOf(tx, indexes)}::bytea[])`
  return hasNews
}

/** A sheet that was used, or fell since, stays. */
async function undo({ tx, job }: Applying): Promise<number> {
  const { municipalityCode, importId } = job
  const holders = await tx<{ residentId: string; isRevoked: boolean }[]>`
    select resident_id as "residentId", revoked_on is not null as "isRevoked" from ticket
     where municipality_code = ${municipalityCode} and made_by_import = ${importId}`
  const looks = holders.map(({ residentId }) => {
    return { municipalityCode, residentId, fields: ['ticket'] }
  })
  await look(tx, looks)
  if (holders.some(({ isRevoked }) => isRevoked)) throw hasFollowers()
  try {
    const gone = await tx`
      delete from ticket
       where municipality_code = ${municipalityCode} and made_by_import = ${importId}`
    return gone.count
  } catch (error) {
    const isUsed = error instanceof postgres.PostgresError && error.code === foreignKeyViolation
    throw isUsed ? hasFollowers() : error
  }
}
