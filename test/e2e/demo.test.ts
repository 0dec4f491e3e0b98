// One small campaign on a whole system of its own, and every fault planted in copies of its folder.
import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deleteDataDir } from '../../db/server.ts'
import { type PlantKind, plant, plantKinds } from '../../judge/plant.ts'
import { judge } from '../../judge/report.ts'

type Line = Awaited<ReturnType<typeof judge>> & Record<string, unknown>

let folder = ''
let dataDir = ''
let outcome: { status: number | null; line: Line; stderr: string }

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sesshu-demo-'))
  dataDir = join(folder, 'campaign')
  const { status, stdout, stderr } = await sesshu(
    ...['demo', '--residents', '60', '--days', '80', '--seed', '3'],
    ...['--day-seconds', '1', '--json', '--data-dir', dataDir],
  )
  outcome = { status, stderr, line: JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') }
})

afterAll(async () => {
  await deleteDataDir(dataDir)
  await rm(folder, { recursive: true, force: true })
})

describe('a campaign of eighty days', () => {
  it('ends well: nothing wrong, missed, twice or uncalled for', () => {
    expect(outcome.stderr).not.toContain('missed:')
    expect(outcome.line).toMatchObject({
      missedNotices: 0,
      duplicateNotices: 0,
      notOwedNotices: 0,
      wrongNotices: { dosedAndRecorded: 0, dead: 0, leftAddress: 0, protected: 0, wrongPerson: 0 },
      wrongPersonDoses: 0,
      refusedFacts: 0,
    })
    expect(outcome.status).toBe(0)
  })

  it('prints every field of the contract', () => {
    const fields = [
      ...['residents', 'firstDoses', 'secondDoses', 'relocations', 'deaths', 'owed', 'noticesSent'],
      ...['mails', 'letters', 'letterPages', 'suppressed', 'missedNotices', 'duplicateNotices'],
      ...['wrongNotices', 'unreported', 'wrongPersonDoses', 'heldScans', 'waitingScans', 'courses'],
      ...['rates', 'epoch', 'days', 'seconds', 'dataDir', 'databaseUrl'],
    ]
    expect(Object.keys(outcome.line)).toEqual(expect.arrayContaining(fields))
    expect(outcome.line).toMatchObject({ residents: 60, days: 80, epoch: '2021-04-12' })
  })

  it('shows every kind and round, suppression, and what could not be known', async () => {
    const { line } = outcome
    expect(Object.keys(line.suppressed)).toEqual(
      expect.arrayContaining(['dosed', 'deceased', 'protected']),
    )
    expect(line.courses).toMatchObject({
      complete: expect.any(Number),
      closed: expect.any(Number),
      inFollowUp: expect.any(Number),
    })
    expect(line.unreported.dosed).toBeGreaterThan(0)
    expect(line.unreported.dead).toBeGreaterThan(0)
    expect(line.heldScans).toBeGreaterThan(0)
    expect(line.waitingScans).toBeGreaterThan(0)
    expect(line.mails).toBeGreaterThan(3)
    expect(line.letters).toBeGreaterThan(5)
  })

  it('leaves mails, letters with manifests, the truth and what was told', async () => {
    expect(await readdir(dataDir)).toEqual(
      expect.arrayContaining(['truth.jsonl', 'told.jsonl', 'mail', 'letters', 'pg']),
    )
    const mails = await readdir(join(dataDir, 'mail'))
    // Beside the notices lie questions whether an address may be written to, and alarms: they have no number.
    const notices = mails.filter((name) => !name.endsWith('-unknown.eml'))
    expect(notices).toHaveLength(outcome.line.mails)
    const letters = await readdir(join(dataDir, 'letters'))
    expect(letters.some((name) => name.endsWith('.manifest.json'))).toBe(true)
  })

  it('stops every process of its own', async () => {
    const pidFiles = await readdir(join(dataDir, 'run'))
    expect(pidFiles.filter((name) => name.endsWith('.pid'))).toEqual([])
  })

  it('can be judged again from the folder alone', async () => {
    const again = await judge({ dataDir })
    const { complaints: _, isRight, ...counts } = again
    expect(outcome.line).toMatchObject(counts)
    expect(isRight).toBe(true)
  })
})

describe('a fault planted in a copy', () => {
  const counters = ({ missedNotices, duplicateNotices, notOwedNotices, wrongNotices }: Line) => ({
    missedNotices,
    duplicateNotices,
    notOwedNotices,
    ...wrongNotices,
  })
  const counterOf: Record<PlantKind, string> = {
    dead: 'dead',
    left: 'leftAddress',
    dosed: 'dosedAndRecorded',
    protected: 'protected',
    duplicate: 'duplicateNotices',
    missed: 'missedNotices',
  }

  it.each(plantKinds)('%s makes its counter move, and no other', async (kind) => {
    const into = join(folder, kind)
    await plant({ from: dataDir, into, kind })
    const report = (await judge({ dataDir: into })) as Line
    const moved = Object.entries(counters(report)).filter(([, count]) => count > 0)
    expect(moved.map(([name]) => name)).toEqual([counterOf[kind]])
    expect(report.isRight).toBe(false)
  })
})

async function sesshu(...args: string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'bin/sesshu.mjs', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve))
  if (stdout === '') throw new Error(`It printed nothing. ${await lastWords(stderr)}`)
  return { status, stdout, stderr }
}

async function lastWords(stderr: string): Promise<string> {
  const log = await readFile(join(dataDir, 'log', 'worker.log'), 'utf8').catch(() => '')
  return [stderr, log].map((text) => text.slice(-2_000)).join('\n')
}
