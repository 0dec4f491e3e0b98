/**
 * Proves: who may not see a record learns nothing by asking. Every refusal is the same answer, byte for
 * byte, whatever its reason; five wrong birth dates end a code; nothing done in parallel gets further.
 */
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { groupedLetterCode, newLetterCode } from '../../../domain/letter-code.ts'
import { tryLimits } from '../../../web/my/limits.ts'
import { myRoutes } from '../../../web/my/routes.tsx'
import {
  type Answer,
  aLetterCode,
  cookieOf,
  noLettersCode,
  read,
  tryCode,
  visible,
} from '../../support/letters.ts'
import { type Site, startSite } from '../../support/pages-site.ts'
import type { Row } from '../../support/people.ts'
import { type SealedDatabase, sealedDatabase } from '../../support/sealed.ts'
import { aResident, otherTown, seedTowns, town } from '../../support/town.ts'

let db: SealedDatabase
let site: Site
let app: ReturnType<typeof myRoutes>

const bornOn = '1950-05-05'
const wrong = '1950-05-06'
const manyTries = tryLimits({
  perAddress: { points: 100_000, duration: 60 },
  together: { points: 100_000, duration: 60 },
})

/** The page alone, with no limit but the codes' own. */
function pageOf(limits = manyTries, address = () => 'none') {
  return myRoutes({
    ...{ sql: site.sql, vault: db.vault, clock: site.clock, isDemo: false, limits },
    originAt: ({ origin }) => ({ origin, isLoopback: true, isSecure: false }),
    addressOf: address,
  }).basePath('/')
}

beforeAll(async () => {
  db = await sealedDatabase()
  site = startSite(db, { isDemo: false })
  await seedTowns(db.sql)
})
beforeEach(() => {
  const inner = pageOf()
  app = {
    request: (path: string, init?: RequestInit) => inner.request(path.slice(3) || '/', init),
  } as never
})
afterAll(async () => {
  await site?.close()
  await db?.drop()
})

const somebody = (): Promise<Row> => aResident(db)

async function protect({ municipalityCode, residentId }: Row, to: string | null = null) {
  await db.sql`
    insert into protection (municipality_code, resident_id, from_on, to_on)
    values (${municipalityCode}, ${residentId}, '2021-01-01', ${to})`
}

let households = 0
async function housemates(...rows: Row[]): Promise<void> {
  const household = Buffer.alloc(16, ++households)
  for (const { municipalityCode, residentId } of rows) {
    await db.sql`
      insert into household_member (municipality_code, resident_id, from_on, household)
      values (${municipalityCode}, ${residentId}, '2020-01-01', ${household})`
  }
}

/** Of each, a code that does not open, and the birth date with which it is tried. */
const refused: Record<string, () => Promise<[code: string, bornOn: string]>> = {
  'a code that no letter bears': async () => [noLettersCode(town), bornOn],
  'a code with a character missing': async () => [noLettersCode(town).slice(0, -1), bornOn],
  'another birth date': async () => [await aLetterCode(db, await somebody()), wrong],
  'no birth date at all': async () => [await aLetterCode(db, await somebody()), '1950-02-30'],
  'a code that is locked': async () => {
    const code = await aLetterCode(db, await somebody())
    for (let i = 0; i < 5; i++) await tryCode(app, code, wrong)
    return [code, bornOn]
  },
  'a code that died with a move': async () => {
    const code = await aLetterCode(db, await somebody())
    await db.sql`update letter_code set died_at = now(), died_because = 'moved' where died_at is null`
    return [code, bornOn]
  },
  'a letter that is too old': async () => [
    await aLetterCode(db, await somebody(), '2020-12-01'),
    bornOn,
  ],
  'somebody who is protected': async () => {
    const row = await somebody()
    const code = await aLetterCode(db, row)
    await protect(row)
    return [code, bornOn]
  },
  'somebody who is protected, with another birth date': async () => {
    const row = await somebody()
    const code = await aLetterCode(db, row)
    await protect(row)
    return [code, wrong]
  },
  'somebody who lives with a protected person': async () => {
    const [row, other] = [await somebody(), await somebody()]
    await housemates(row, other)
    const code = await aLetterCode(db, row)
    await protect(other)
    return [code, bornOn]
  },
  'somebody who will live under protection from a later day': async () => {
    const row = await somebody()
    const code = await aLetterCode(db, row)
    await db.sql`
      insert into protection (municipality_code, resident_id, from_on)
      values (${row.municipalityCode}, ${row.residentId}, '2021-12-01')`
    return [code, bornOn]
  },
  'somebody whom an earlier town protects': async () => {
    const row = await somebody()
    const before = await aResident(db, { municipalityCode: otherTown })
    const [course] = await db.sql`
      insert into course (id, home_municipality_code, home_resident_id, opened_because, cause, stage)
      values (gen_random_uuid(), ${town}, ${row.residentId}, 'wave', 'replanned', 'awaitingFirstDose')
      returning id`
    for (const { municipalityCode, residentId } of [row, before]) {
      await db.sql`
        insert into course_link (municipality_code, resident_id, course_id, effective_on, legal_basis, linked_by)
        values (${municipalityCode}, ${residentId}, ${course!.id}, '2021-04-01', 'made up', 'test')`
    }
    await protect(before)
    return [await aLetterCode(db, row), bornOn]
  },
}

const lookOf = ({ status, body, headers }: Answer) => ({
  status,
  body,
  length: Buffer.byteLength(body),
  headers: [...headers].filter(([name]) => name !== 'date'),
})

describe('T3: every refusal', () => {
  test.each(Object.keys(refused))('of %s is the one refusal', async (reason) => {
    const [code, date] = await refused[reason]!()
    for (const lang of [undefined, 'en'] as const) {
      const options = lang ? { lang } : {}
      const like = lookOf(await tryCode(app, noLettersCode(town), bornOn, options))
      expect(lookOf(await tryCode(app, code, date, options))).toEqual(like)
      expect(like.status).toBe(403)
    }
  })

  test('is not for whoever lived with somebody before, or lives with nobody who is protected', async () => {
    const [row, before, now] = [await somebody(), await somebody(), await somebody()]
    await housemates(row, before)
    await db.sql`
      insert into household_member (municipality_code, resident_id, from_on, household)
      values (${row.municipalityCode}, ${row.residentId}, '2021-02-01', ${Buffer.alloc(16, 99)}),
             (${now.municipalityCode}, ${now.residentId}, '2021-02-01', ${Buffer.alloc(16, 99)})`
    await protect(before)
    await protect(now, '2021-06-30')
    expect((await tryCode(app, await aLetterCode(db, row), bornOn)).status).toBe(303)
  })

  test('names the office of the town that was typed, and its phone, from what was typed alone', async () => {
    const text = visible((await tryCode(app, noLettersCode(otherTown), bornOn)).body)
    expect(text).toContain('見本市011002 接種担当課 電話 000-000-0000')
  })

  test('of a code that names no town says where on the letter the phone is', async () => {
    const nowhere = groupedLetterCode(newLetterCode('473626', () => 3))
    for (const code of ['', 'x', 'YYYY-YYYY-YYYY-YYYY', nowhere]) {
      const { status, body } = await tryCode(app, code, bornOn)
      expect(status).toBe(403)
      expect(visible(body)).toContain('電話番号は、手紙の「お問い合わせ」の欄にあります。')
    }
  })

  test('leaves a row, whether or not there is such a code', async () => {
    const count = async () => (await db.sql`select count(*)::int as n from letter_code_try`)[0]!.n
    const code = await aLetterCode(db, await somebody())
    const before = await count()
    await tryCode(app, noLettersCode(town), bornOn)
    await tryCode(app, code, wrong)
    expect(await count()).toBe(before + 2)
  })

  test('opens nothing of a sealed field', async () => {
    const row = await somebody()
    const code = await aLetterCode(db, row)
    await tryCode(app, code, wrong)
    await tryCode(app, code, bornOn)
    // keyd opens nothing without a look.
    const looks = await db.sql`
      select purpose from ledger_inbox
       where resident_id = ${row.residentId} and purpose <> 'manageRegister'`
    expect(looks).toHaveLength(0)
  })
})

describe('the tries of a code', () => {
  test('law: in any order, a code opens by its birth date until it has seen five others', async () => {
    const tries = fc.array(fc.constantFrom('right', 'wrong', 'none', 'other'), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(tries, async (order) => {
        const code = await aLetterCode(db, await somebody())
        let wrongs = 0
        for (const one of order) {
          const date = { right: bornOn, wrong, none: 'x', other: bornOn }[one]
          const { status } = await tryCode(app, one === 'other' ? noLettersCode(town) : code, date)
          const mayOpen = one === 'right' && wrongs < 5
          if (one === 'wrong' || one === 'none') wrongs += 1
          expect(status).toBe(mayOpen ? 303 : 403)
        }
      }),
      { numRuns: 15 },
    )
  })

  test('all at once are five at most', async () => {
    const code = await aLetterCode(db, await somebody())
    const dates = Array.from({ length: 12 }, (_, i) => `1950-06-${String(i + 10)}`)
    await Promise.all(dates.map((date) => tryCode(app, code, date)))
    const [row] =
      await db.sql`select min(tries_left)::int as left from letter_code where died_at is null`
    expect(row!.left).toBe(0)
    expect((await tryCode(app, code, bornOn)).status).toBe(403)
  })

  test('that were wrong are told to whoever comes with the right one', async () => {
    const code = await aLetterCode(db, await somebody())
    await tryCode(app, code, wrong)
    await tryCode(app, code, wrong)
    const cookie = cookieOf(await tryCode(app, code, bornOn))
    expect(visible((await read(app, cookie)).body)).toContain('違う生年月日で2回入力されました')
  })

  test('by era are as good as by the western year', async () => {
    const code = await aLetterCode(db, await somebody())
    const body = new URLSearchParams({ code, era: 'S', year: '２５', month: '5', day: '5' })
    const headers = { origin: 'http://localhost' }
    const answer = await app.request('/my', { method: 'POST', headers, body })
    expect(answer.status).toBe(303)
  })
})

describe('T3: guessing', () => {
  test('ends per address, whoever is right, and goes on elsewhere', async () => {
    const limits = tryLimits({
      perAddress: { points: 3, duration: 60 },
      together: { points: 99, duration: 60 },
    })
    let address = 'a'
    const inner = pageOf(limits, () => address)
    const limited = {
      request: (path: string, init?: RequestInit) => inner.request(path.slice(3) || '/', init),
    }
    const code = await aLetterCode(db, await somebody())
    for (let i = 0; i < 3; i++) await tryCode(limited, noLettersCode(town), bornOn)
    const refusal = await tryCode(limited, code, bornOn)
    expect(refusal.status).toBe(429)
    expect(refusal.headers.get('retry-after')).toMatch(/^\d+$/)
    expect(refusal.body).toBe((await tryCode(limited, noLettersCode(town), wrong)).body)
    address = 'b'
    expect((await tryCode(limited, code, bornOn)).status).toBe(303)
  })

  test('ends for all together', async () => {
    const limits = tryLimits({
      perAddress: { points: 99, duration: 60 },
      together: { points: 3, duration: 60 },
    })
    let n = 0
    const inner = pageOf(limits, () => String(n++))
    const limited = {
      request: (path: string, init?: RequestInit) => inner.request(path.slice(3) || '/', init),
    }
    for (let i = 0; i < 3; i++) await tryCode(limited, noLettersCode(town), bornOn)
    expect((await tryCode(limited, noLettersCode(town), bornOn)).status).toBe(429)
  })

  test('from another site’s page is no guess at all', async () => {
    const row = await somebody()
    const code = await aLetterCode(db, row)
    const headers = { origin: 'https://elsewhere.example' }
    expect((await tryCode(app, code, bornOn, { headers })).status).toBe(403)
    const [kept] =
      await db.sql`select tries_left from letter_code where resident_id = ${row.residentId}`
    expect(kept!.tries_left).toBe(5)
  })
})
