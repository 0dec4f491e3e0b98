// The authority's page: everything it is for, for that role alone, and no person anywhere on it.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { connect } from '../../../db/client.ts'
import { keepControlRun } from '../../../db/oversight/control-runs.ts'
import { planControls } from '../../../db/oversight/plan-text.ts'
import { proveControls } from '../../../domain/control.ts'
import type { WitnessedHead } from '../../../ledger/witness-head.ts'
import { type Oversight, startOversight } from '../../support/oversight.ts'
import { type SealedDatabase, sealedDatabase } from '../../support/sealed.ts'
import { aResident, otherTown, seedTowns, town } from '../../support/town.ts'
import { passingRun } from '../../unit/evidence/sample-pack.ts'

let db: SealedDatabase
let site: Oversight
let folder: string
let witness: () => WitnessedHead = () => {
  throw new Error('no file')
}
let keysAnswer = true

const markers = ['標識姓', '標識町', 'marker@mail.invalid', '4123456789']

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sesshu-authority-'))
  db = await sealedDatabase()
  await seedTowns(db.sql)
  site = await startOversight(db, {
    witness: () => witness(),
    keys: async () => {
      if (!keysAnswer) throw new Error('away')
      return { store: 'files', versions: { [town]: [1] } }
    },
  })
  for (let n = 0; n < 3; n += 1) {
    await aResident(db, {
      family: '標識姓',
      address: '標識町1番地',
      mail: 'marker@mail.invalid',
      ticketNumber: String(4_123_456_789 + n),
    } as never)
  }
  await site.call('municipalAdministrator', 'POST', '/plan/answers', {
    version: 1,
    answer: 'objects',
    comment: '端末の鍵について説明を求めます。',
  })
})
afterAll(async () => {
  await site?.close()
  await db?.drop()
  rmSync(folder, { recursive: true, force: true })
})

const shown = (lang: 'ja' | 'en' = 'ja') =>
  site.page('supervisoryAuthority', lang === 'en' ? '/authority?lang=en' : '/authority')
const json = async () => (await site.call('supervisoryAuthority', 'GET', '/authority')).body
/** Figures are read again only once in a while: the page is asked for until they are new. */
const shownAtLast = (text: string, lang: 'ja' | 'en' = 'ja') =>
  vi.waitFor(async () => expect((await shown(lang)).text).toContain(text), {
    timeout: 30_000,
    interval: 200,
  })

test('is the supervisory authority’s alone', async () => {
  for (const who of ['clerk', 'municipalAdministrator', 'operator', 'stateStatistician'] as const) {
    expect((await site.page(who, '/authority')).status).toBe(403)
    expect((await site.call(who, 'GET', '/authority')).status).toBe(403)
  }
  expect((await shown()).status).toBe(200)
})

test('no person is on the page or in its answers', async () => {
  const [rows] = await db.sql`select count(*)::int as n from resident`
  expect(rows).toEqual({ n: 3 })
  const ids = await db.sql<{ id: string }[]>`select id from resident`
  const everything = [(await shown()).text, (await shown('en')).text, JSON.stringify(await json())]
  for (const text of everything) {
    for (const marker of [...markers, ...ids.map(({ id }) => id)])
      expect(text).not.toContain(marker)
  }
})

describe('it shows', () => {
  test('towns with what they said, objections first, and how many are registered', async () => {
    const { towns } = await json()
    expect(towns.map((one: { code: string }) => one.code)).toEqual([town, otherTown])
    expect(towns[0]).toMatchObject({
      residents: 3,
      inForce: null,
      lastAnswer: 'objects',
      comment: '端末の鍵について説明を求めます。',
    })
    expect(towns[1]).toMatchObject({ residents: 0, inForce: 1, lastAnswer: 'accepts' })
    expect((await shown()).text).toContain('端末の鍵について説明を求めます。')
  })

  test('keys by town and version, and says when the key process does not answer', async () => {
    expect(await json()).toMatchObject({
      keys: { versions: { [town]: [1] } },
      keyCounts: [{ municipalityCode: town, keyVersion: 1, residents: 3 }],
    })
    keysAnswer = false
    expect((await json()).keys).toBeNull()
    keysAnswer = true
  })

  test('how many hold each role, without a name', async () => {
    const { roles } = await json()
    expect(roles).toContainEqual({ role: 'clerk', office: town, accounts: 1 })
    expect(roles).toContainEqual({ role: 'municipalAdministrator', office: town, accounts: 2 })
    expect(JSON.stringify(roles)).not.toContain('login')
  })

  test('the head of the ledger, and whether a witness has seen the same', async () => {
    expect((await json()).witness).toEqual({ state: 'noneYet' })
    const root = Buffer.alloc(32, 7)
    await db.sql`insert into ledger_log (origin, public_key) values ('sesshu.test/log', 'key')`
    expect((await json()).witness).toEqual({ state: 'unread' })
    await db.sql`insert into ledger_head (size, root_hash, signed_at, checkpoint)
                 values (5, ${root}, now() - interval '30 seconds', 'sesshu.test/log')`
    expect((await json()).ledger).toMatchObject({ origin: 'sesshu.test/log', size: 5 })
    const seen = (more: object, logKey = 'sesshu.test/log+00000000+x') => {
      const last = { size: 5, root: root.toString('base64'), seenAt: new Date(), ...more }
      witness = () => ({ logKey, witnessKey: 'w', last })
    }
    seen({})
    expect((await json()).witness).toMatchObject({ state: 'same', size: 5 })
    seen({ root: Buffer.alloc(32, 8).toString('base64') })
    expect((await json()).witness).toMatchObject({ state: 'differs' })
    seen({}, 'sesshu.test/other+00000000+x')
    expect((await json()).witness).toEqual({ state: 'otherLog' })
    seen({ root: Buffer.alloc(32, 8).toString('base64') })
    await shownAtLast('The head that the witness co-signed is not this ledger’s.', 'en')
  })

  test('what the tests said, and when each drill last went well', async () => {
    expect((await json()).run).toBeUndefined()
    const authority = connect(db.urls.sesshu_authority, { name: 'test-authority', max: 1 })
    const keep = (ranAt: string, without: string[]) => {
      const run = { ...passingRun(without), ranAt }
      return keepControlRun(authority, run, proveControls(planControls(), run))
    }
    await keep('2026-11-24T00:00:00.000Z', [])
    await keep('2026-11-25T00:00:00.000Z', ['T3', 'K2'])
    await keep('2026-11-25T00:00:00.000Z', [])
    await authority.end()
    const { run, drills } = await json()
    expect(run).toMatchObject({ ranAt: '2026-11-25T00:00:00.000Z', unproven: ['K2', 'T3'] })
    expect(drills).toContainEqual({
      controlId: 'T3',
      lastRanAt: '2026-11-25T00:00:00.000Z',
      lastWellAt: '2026-11-24T00:00:00.000Z',
    })
    await shownAtLast('最新の試験で確かめられていません')
    expect((await shown()).text).toContain('不合格')
    const plan = await site.page('clerk', '/plan')
    expect(plan.text.match(/最新の試験で確かめられていません/g)).toHaveLength(2)
  })
})

test('leaks no English into the Japanese page', async () => {
  const { text } = await shown()
  const body = text.slice(text.indexOf('<main'), text.indexOf('</main>'))
  const words = body
    .replaceAll(/<code[^>]*>.*?<\/code>/gs, '')
    .replaceAll(/<[^>]+>/g, ' ')
    .match(/[A-Za-z]{3,}/g)
  expect(
    [...new Set(words ?? [])].filter(
      (word) => !['keyd', 'evidence', 'results', 'Temporal'].includes(word),
    ),
  ).toEqual([])
})
