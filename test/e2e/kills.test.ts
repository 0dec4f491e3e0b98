// Every part is killed with -9, twice, while a real campaign goes on: once among the scans of its
// first weeks, once while notices leave, then at the very moment at which one has left. Whatever that
// left on disk is searched for the words of its people.
import { appendFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deleteDataDir } from '../../db/server.ts'
import { canary, markersOf } from '../../judge/canary/canary.ts'
import type { Marker } from '../../judge/canary/needles.ts'
import { type Evidence, readEvidence } from '../../judge/evidence.ts'
import type { LeftNotice } from '../../judge/left-notice.ts'
import { judge, type Report } from '../../judge/report.ts'
import {
  astray,
  days,
  type KilledCampaign,
  parts,
  playKilledCampaign,
} from '../support/killed-campaign.ts'
import { dumpTables, plantInDatabase, provokeErrors } from '../support/provoked.ts'
import { processesOf } from '../support/running-system.ts'

let folder = ''
let dataDir = ''
let campaign: KilledCampaign
let report: Report
let evidence: Evidence

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sesshu-kills-'))
  dataDir = join(folder, 'campaign')
  campaign = await playKilledCampaign(dataDir, async (system, truth) => {
    await provokeErrors(system, truth, dataDir)
    await dumpTables(system, dataDir)
  })
  report = await judge({ dataDir })
  evidence = await readEvidence(dataDir)
})

afterAll(async () => {
  await deleteDataDir(dataDir)
  await rm(folder, { recursive: true, force: true })
})

describe('kill -9 of every part in the middle of a campaign', () => {
  it('was really done, and each part came back', () => {
    expect(campaign.kills.map(({ part }) => part)).toEqual([...parts, ...parts])
    expect(new Set(campaign.kills.map(({ pid }) => pid)).size).toBe(campaign.kills.length)
    expect(campaign.kills.filter(({ upAgain }) => !upAgain)).toEqual([])
    expect(campaign.played.day).toBe(days - 1)
    expect(campaign.played.told).toBe(campaign.played.facts)
  })

  it('loses no acknowledged scan', () => {
    const scans = evidence.told.filter(({ kind }) => /^(scan|scanAgain|screening)$/.test(kind))
    expect(scans.length).toBeGreaterThan(50)
    expect(scans.filter(({ refused }) => refused)).toEqual([])
    expect(scans.filter(({ factId }) => !campaign.rows.scans.has(factId))).toEqual([])
    const doses = scans.filter(({ verdict }) => verdict?.startsWith('recorded'))
    expect(doses.length).toBeGreaterThan(50)
    expect(doses.filter(({ factId }) => !campaign.rows.doses.has(factId))).toEqual([])
    expect(report.wrongPersonDoses).toBe(0)
  })

  it('sends no letter twice, and a mail only where its outcome was unknown', () => {
    expect(copies(evidence.notices.filter(({ channel }) => channel === 'letter'))).toEqual([])
    const repeated = copies(evidence.notices)
    for (const again of repeated) {
      expect(again).toHaveLength(2)
      expect(again[0]?.messageId).toBeDefined()
      expect(again[1]?.messageId).toBe(again[0]?.messageId)
    }
    // The judge looks at persons, rounds and occasions, not at numbers that a notice gives itself.
    expect(report.duplicateNotices).toBe(repeated.length)
  })

  it('sends nothing wrong and misses nothing', () => {
    const faults = report.complaints.filter(
      ({ counter }) => !/^(unreported|duplicate)/.test(counter),
    )
    expect(faults).toEqual([])
    expect(report).toMatchObject({
      missedNotices: 0,
      notOwedNotices: 0,
      wrongNotices: { dosedAndRecorded: 0, dead: 0, leftAddress: 0, protected: 0, wrongPerson: 0 },
      refusedFacts: 0,
    })
    const kinds = new Set(evidence.notices.map(({ kind, round }) => `${kind} ${round}`))
    const everyKind = ['invitation 1', 'preDue 1', 'relocationNotice 1', 'reminder 1', 'reminder 2']
    expect([...kinds].filter((kind) => !everyKind.includes(kind))).toEqual([])
    expect([...kinds]).toEqual(expect.arrayContaining(everyKind.slice(2)))
  })

  it('leaves every course where the database says it is, and no news behind', () => {
    expect(campaign.rows.outbox).toBe(0)
    const lost = astray(campaign)
    expect(lost.map(({ id, stage }) => [stage, campaign.runsInTemporal.get(id)])).toEqual([])
    expect(campaign.rows.courses.length).toBeGreaterThan(40)
  })

  it('leaves no process behind', () => {
    expect(processesOf(dataDir)).toEqual([])
  })
})

describe('T13: the canary', () => {
  const search = () => canary(dataDir, { onFile: (file, bytes) => files.set(file, bytes) })
  const files = new Map<string, number>()

  it('finds no personal word outside the delivered mails and letters', async () => {
    const report = await search()
    expect(report.leaks).toEqual([])
  })

  it('looked at everything: database, its log and WAL, Temporal, keys, ledger, errors', () => {
    const bytesIn = (pattern: RegExp) =>
      [...files].reduce((sum, [file, bytes]) => sum + (pattern.test(file) ? bytes : 0), 0)
    expect(bytesIn(/^pg\/base\//)).toBeGreaterThan(10_000_000)
    expect(bytesIn(/^pg\/pg_wal\/[0-9A-F]{24}$/)).toBeGreaterThan(16_000_000)
    expect(bytesIn(/^temporal\.db/)).toBeGreaterThan(1_000_000)
    for (const pattern of [
      ...[/^log\/api\b/, /^log\/worker\b/, /^log\/postgres\b/, /^log\/temporal\b/, /^log\/keyd\b/],
      ...[/^keyd\/log/, /^ledger\//, /^told\.jsonl$/, /^mail\/.*\.eml$/, /^letters\/.*\.pdf$/],
      ...[/^errors\//, /^dump\//, /^database-figures\.json$/, /^demo-credentials\.json$/],
    ]) {
      expect(bytesIn(pattern), String(pattern)).toBeGreaterThan(0)
    }
    expect(files.size).toBeGreaterThan(1_000)
  })

  it('finds what is planted in a table and in a log', async () => {
    const [{ text, what }] = (await markersOf(dataDir)) as [Marker]
    await plantInDatabase(dataDir, text)
    await appendFile(join(dataDir, 'log', 'api.log'), `{"msg":"${text}"}\n`)
    const { leaks } = await search()
    const places = new Set(leaks.map(({ file }) => file.replace(/\/[^/]*$/, '')))
    expect([...places].filter((place) => place.startsWith('pg/base/'))).toHaveLength(1)
    expect(places).toContain('pg/pg_wal')
    expect(places).toContain('log')
    expect(new Set(leaks.map((leak) => leak.what))).toEqual(new Set([what]))
  })
})

/** Groups of notices that call themselves the same, where there is more than one. */
function copies(notices: LeftNotice[]): LeftNotice[][] {
  const groups = new Map<string, LeftNotice[]>()
  for (const notice of notices) {
    groups.set(notice.noticeId, [...(groups.get(notice.noticeId) ?? []), notice])
  }
  return [...groups.values()].filter((group) => group.length > 1)
}
