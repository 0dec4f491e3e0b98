// The keeper of the campaign clock, by the rows it leaves: where it holds, how it ends, who may.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { CampaignRefused, campaignNamespace, openCampaign } from '../../config/campaign.ts'
import { type ClockSegment, clockOf } from '../../config/clock.ts'
import { connect, type Sql } from '../../db/client.ts'
import { freshDatabase, type TestDatabase } from '../support/db.ts'

const epochMs = Date.parse('2021-04-11T15:00:00Z')
const halfDayMs = 43_200_000
const demo = { namespace: campaignNamespace, epochMs }
const anIndex = Buffer.alloc(16, 1)

let database: TestDatabase
let sql: Sql

beforeAll(async () => {
  database = await freshDatabase()
  sql = connect(database.urls.owner, { max: 2, name: 'test' })
})

afterAll(async () => {
  await sql.end({ timeout: 1 })
  await database.drop()
})

beforeEach(async () => {
  await sql`delete from clock_segment`
})

async function segments(): Promise<ClockSegment[]> {
  const rows = await sql<{ wall: Date; campaign: Date; pace: number }[]>`
    select wall_at as wall, campaign_at as campaign, pace from clock_segment order by id`
  return rows.map(({ wall, campaign, pace }) => ({
    wallAt: wall.getTime(),
    campaignAt: campaign.getTime(),
    pace,
  }))
}

const at = (rows: ClockSegment[], wallMs: number) => clockOf(() => rows).campaignAt(wallMs)

describe('opening a campaign', () => {
  it('is refused outside the demo’s namespace', async () => {
    const other = openCampaign(sql, { ...demo, namespace: 'default' })
    await expect(other).rejects.toThrow(CampaignRefused)
    expect(await segments()).toEqual([])
  })

  it('holds a new one at its epoch', async () => {
    const clock = await openCampaign(sql, demo)
    expect(await clock.nowMs()).toBe(epochMs)
    expect((await segments()).map(({ pace }) => pace)).toEqual([0])
  })

  it('is refused where residents live whom no campaign brought', async () => {
    await sql`insert into municipality (code, prefecture, name, kana)
              values ('204510', '長野県', '朝日村', 'あさひむら') on conflict do nothing`
    await database.sql`
        insert into resident (municipality_code, id, register_number, age_class, age_class_on,
                              is_minor, birth_year_check, born_on_check)
        values ('204510', gen_random_uuid(), '1', 65, '2022-03-31', false, ${anIndex}, ${anIndex})`
    await expect(openCampaign(sql, demo)).rejects.toThrow(CampaignRefused)
    await database.sql`delete from resident`
  })
})

describe('running a campaign', () => {
  const endMs = epochMs + halfDayMs

  it('ends on its last instant and has real pace from then on', async () => {
    const clock = await openCampaign(sql, demo)
    await clock.run({ endMs, dayLengthMs: 1_000, isWell: async () => true })
    const rows = await segments()
    const last = rows.at(-1)!
    expect(last).toMatchObject({ campaignAt: endMs, pace: 1 })
    expect(at(rows, last.wallAt + 5_000)).toBe(endMs + 5_000)
    const again = await openCampaign(sql, demo)
    await again.run({ endMs, dayLengthMs: 1_000, isWell: async () => true })
    expect(await segments()).toEqual(rows)
  })

  it('never lets a day last less than a second', async () => {
    const clock = await openCampaign(sql, demo)
    await clock.run({ endMs, dayLengthMs: 1, isWell: async () => true })
    expect(Math.max(...(await segments()).map(({ pace }) => pace))).toBe(86_400)
  })

  it('holds while something is away, loses no time, and never goes back', async () => {
    const clock = await openCampaign(sql, demo)
    let asked = 0
    const isWell = async () => {
      asked += 1
      if (asked === 4) throw new Error('away')
      return asked < 3 || asked > 5
    }
    await clock.run({ endMs: epochMs + 2 * halfDayMs, dayLengthMs: 1_000, isWell })
    const rows = await segments()
    expect(rows.filter(({ pace }) => pace === 0).length).toBeGreaterThan(1)
    const [from, to] = [rows[0]!.wallAt, rows.at(-1)!.wallAt]
    let before = epochMs
    for (let wall = from; wall <= to + 1_000; wall += 5) {
      const now = at(rows, wall)
      expect(now).toBeGreaterThanOrEqual(before)
      expect(now - before).toBeLessThanOrEqual(86_400 * 6)
      before = now
    }
  })

  it('runs slower for good when its days keep being held', async () => {
    const clock = await openCampaign(sql, demo)
    const heldEachDay = {
      ...{ minuteOfDay: 12 * 60, patienceMs: 3_200 },
      pending: async (gateMs: number) => [`step of ${gateMs}`],
    }
    const days = { endMs: epochMs + 11 * halfDayMs, dayLengthMs: 1_000, gates: [heldEachDay] }
    await clock.run({ ...days, isWell: async () => true })
    const paces = (await segments()).map(({ pace }) => pace).filter((pace) => pace > 1)
    expect(paces[0]).toBe(86_400)
    expect(paces.at(-1)).toBeLessThan(70_000)
    expect(paces).toEqual(paces.toSorted((a, b) => b - a))
  })

  it('holds by itself when its keeper dies, and is resumed from there', async () => {
    const clock = await openCampaign(sql, demo)
    const dying = new AbortController()
    let asked = 0
    const isWell = async () => {
      asked += 1
      if (asked === 10) dying.abort()
      return true
    }
    const far = epochMs + 400 * halfDayMs
    const run = clock.run({ endMs: far, dayLengthMs: 1_000, isWell, signal: dying.signal })
    await expect(run).rejects.toThrow()
    const rows = await segments()
    const tail = rows.at(-1)!
    expect(tail.pace).toBe(0)
    expect(tail.wallAt).toBeGreaterThan(Date.now() - 60_000)
    expect(at(rows, tail.wallAt + 3_600_000)).toBe(tail.campaignAt)

    const resumed = await openCampaign(sql, demo)
    const stood = await resumed.nowMs()
    expect(stood).toBeLessThanOrEqual(tail.campaignAt)
    expect(stood).toBeGreaterThan(epochMs)
    expect(at(await segments(), Date.now() + 3_600_000)).toBe(stood)
  })
})
