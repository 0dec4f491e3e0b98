/**
 * What a stopwatch learns from a refusal of a letter's code: the same call, in turns, for a code that no
 * letter bears, another birth date, a locked, a dead and a protected one. Printed, never judged: what
 * is left of a difference says nothing beside the noise of a network, and this machine's own.
 */
import { randomInt, randomUUID } from 'node:crypto'
import { loadavg } from 'node:os'
import { connect } from '../db/client.ts'
import { openByCode } from '../db/residents/open-by-code.ts'
import type { PlainDate } from '../domain/course.ts'
import { newLetterCode, readLetterCode } from '../domain/letter-code.ts'
import type { Vault } from '../vault/vault.ts'
import { type BenchDatabase, benchDatabase } from './lib/database.ts'
import { benchKeyd } from './lib/keyd.ts'
import { benchTown, seedResidents } from './lib/residents.ts'
import { spreadOf } from './lib/spread.ts'

export type CodesBenchOptions = { rounds: number }

const madeOn = '2021-07-01' as PlainDate
const today = '2021-07-05' as PlainDate
const nobodysBirthday = '1999-12-31' as PlainDate
const warmUp = 50

const kinds = ['unknown', 'wrongBirthDate', 'locked', 'dead', 'protected'] as const
type Kind = (typeof kinds)[number]

export async function benchCodes({ rounds }: CodesBenchOptions, say: (line: string) => void) {
  const loadBefore = Number(loadavg()[0]!.toFixed(1))
  const database = await benchDatabase()
  const keyd = await benchKeyd(database)
  const sql = connect(database.urls.sesshu_api, { name: 'bench-codes', max: 4 })
  try {
    say('making codes')
    const codes = await makeCodes(database, keyd.vault, rounds + warmUp)
    const tookMs = Object.fromEntries(kinds.map((kind) => [kind, [] as number[]]))
    for (let round = 0; round < rounds + warmUp; round++) {
      // Each time another one first: none always comes after the same.
      for (let i = 0; i < kinds.length; i++) {
        const kind = kinds[(i + round) % kinds.length]!
        const code = readLetterCode(codes[kind][round]!)
        const startMs = performance.now()
        const opened = await openByCode(
          { sql, vault: keyd.vault },
          { code, bornOn: nobodysBirthday },
          today,
        )
        const ms = performance.now() - startMs
        if (opened) throw new Error(`${kind} opened a record`)
        if (round >= warmUp) tookMs[kind]!.push(ms)
      }
    }
    const refusals = Object.fromEntries(kinds.map((kind) => [kind, figuresOf(tookMs[kind]!)]))
    const medians = Object.values(refusals).map(({ median }) => median)
    return {
      bench: 'codes',
      rounds,
      loadBefore,
      /** Milliseconds of one refusal, without HTTP. */
      refusals,
      largestDifferenceOfMediansMs: Number(
        (Math.max(...medians) - Math.min(...medians)).toFixed(3),
      ),
    }
  } finally {
    await sql.end({ timeout: 2 })
    await keyd.stop()
    await database.stop()
  }
}

function figuresOf(values: number[]) {
  const sorted = values.toSorted((a, b) => a - b)
  const { median } = spreadOf(values, 3)
  return { median, p95: Number(sorted[Math.floor(sorted.length * 0.95)]!.toFixed(3)) }
}

/** As many people as rounds and kinds: a code that was tried before is another case. */
async function makeCodes(
  { sql }: BenchDatabase,
  vault: Vault,
  each: number,
): Promise<Record<Kind, string[]>> {
  const sheets = [...(await seedResidents(sql, vault, each * (kinds.length - 1))).values()]
  const made = { unknown: Array.from({ length: each }, newCode) } as Record<Kind, string[]>
  for (const [at, kind] of kinds.slice(1).entries()) {
    const people = sheets.slice(at * each, (at + 1) * each)
    const codes = people.map(newCode)
    const indexes = await vault.index(benchTown, 'letterCode', codes)
    for (const [i, { residentId }] of people.entries()) {
      await sql`
        insert into letter_code (municipality_code, code_index, id, resident_id, letter_id, made_on,
                                 tries_left, died_at, died_because)
        values (${benchTown}, ${indexes[i]!}, ${randomUUID()}, ${residentId}, ${randomUUID()}, ${madeOn},
                ${kind === 'locked' ? 0 : 5}, ${kind === 'dead' ? sql`now()` : null},
                ${kind === 'dead' ? 'moved' : null})`
      if (kind === 'protected') {
        await sql`insert into protection (municipality_code, resident_id, from_on)
                  values (${benchTown}, ${residentId}, '2021-01-01')`
      }
    }
    made[kind] = codes
  }
  await sql`vacuum analyze`
  return made
}

function newCode(): string {
  return newLetterCode(benchTown, randomInt)
}
