// A whole system and the command line: a file is imported into it, and the importer is killed with -9 in
// the middle of the review and of the apply. Nothing is half applied, nothing is lost, no row counts twice.
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deleteDataDir } from '../../db/server.ts'
import { type System, startSystem } from '../../supervisor/start-system.ts'
import { acceptPlans } from '../support/plan.ts'
import { newDataDir } from '../support/running-system.ts'

const town = '131041'
const rows = 24_000
const header = '宛名番号,氏,名,フリガナ,生年月日,郵便番号,住所,住民となった日'

function registerFile(from: number, count: number, street = '見本町'): string {
  const lines = Array.from({ length: count }, (_, i) => {
    const n = from + i
    const day = `19${50 + (n % 50)}-0${(n % 9) + 1}-1${n % 10}`
    return `${String(n).padStart(10, '0')},見本,太郎${n},ミホン タロウ,${day},1000001,${street}${n},2010-04-01`
  })
  return [header, ...lines, ''].join('\r\n')
}

let system: System
let dataDir: string
let sql: postgres.Sql

beforeAll(async () => {
  dataDir = newDataDir()
  const quiet = { info: () => {}, warn: () => {} }
  system = await startSystem({ dataDir, own: true, log: quiet, ports: { web: 0, ui: 0 } })
  await system.waitHealthy(300_000, ['api', 'importer'])
  sql = postgres(system.urls.databaseUrl, { max: 2, onnotice: () => {} })
  await acceptPlans(sql, [town])
})
afterAll(async () => {
  await sql?.end({ timeout: 1 })
  await system?.stop()
  await deleteDataDir(dataDir)
})

type Ended = { code: number; line: Record<string, unknown>; said: string }

function runImport(name: string, text: string, ...flags: string[]): Promise<Ended> {
  const path = join(dataDir, name)
  writeFileSync(path, text)
  const args = ['bin/sesshu.mjs', 'import', path, '--municipality', town, '--data-dir', dataDir]
  return new Promise((resolve) => {
    execFile(process.execPath, [...args, '--json', ...flags], (error, stdout, stderr) => {
      const last = stdout.trimEnd().split('\n').at(-1) ?? ''
      const line = last.startsWith('{') ? JSON.parse(last) : {}
      resolve({ code: error ? Number(error.code) : 0, line, said: stderr })
    })
  })
}

async function residents(): Promise<number> {
  const [row] = await sql`select count(*)::int as n from resident where municipality_code = ${town}`
  return row!.n
}

/** Kills the importer as soon as an import is in that state, `times` times. */
async function killIn(state: string, times: number): Promise<void> {
  for (let killed = 0; killed < times; ) {
    const [row] = await sql`select from import_file where state = ${state}`
    const importer = system.processes().find(({ name }) => name === 'importer')
    const [over] =
      await sql`select from import_file where state = 'applied' and rows_read = ${rows}`
    if (over) throw new Error(`It was applied before it could be killed in ${state}.`)
    if (row && importer?.pid && ['ready', 'starting'].includes(importer.state)) {
      system.kill('importer')
      killed += 1
      await sleep(500)
    } else await sleep(5)
  }
}

describe('sesshu import', () => {
  test('ends with one line whose counts add up, applied when told to', async () => {
    const bad = registerFile(1, 3).replace('1951-02-11', '2021-13-02')
    const partial = await runImport('partial.csv', bad)
    expect(partial.line).toMatchObject({ rows: 3, new: 2, rejected: 1, applied: 0 })
    expect(partial.code).toBe(1)
    const whole = await runImport('whole.csv', registerFile(1, 3), '--apply')
    expect(whole.line).toEqual({
      ...{ file: join(dataDir, 'whole.csv'), layout: 'residentRegister', encoding: 'utf-8' },
      ...{ rows: 3, new: 3, changed: 0, same: 0, needsDecision: 0, rejected: 0, applied: 3 },
    })
    expect(whole.code).toBe(0)
    expect(await runImport('again.csv', registerFile(1, 3), '--apply')).toMatchObject({
      code: 0,
      line: { new: 3, applied: 3 },
    })
    expect(await residents()).toBe(3)
  })

  test('survives kill -9 of the importer in the middle of the review and of the apply', async () => {
    const running = runImport('large.csv', registerFile(1, rows, '新見本町'), '--apply')
    await killIn('reading', 1)
    await killIn('applying', 1)
    const { line, code, said } = await running
    expect(said).not.toMatch(/Unexpected/)
    expect({ code, line }).toMatchObject({
      code: 0,
      line: { rows, new: rows - 3, changed: 3, same: 0, applied: rows },
    })
    expect(await residents()).toBe(rows)
  })
})
