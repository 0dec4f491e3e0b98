// The ledger in a running system: sealer and witness as the supervisor starts them, and the commands.
import { randomUUID } from 'node:crypto'
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { connectForLooks, recordLooks } from '../../db/ledger/record-looks.ts'
import type { System } from '../../supervisor/start-system.ts'
import type { Part } from '../../supervisor/supervisor.ts'
import { systemParts } from '../../supervisor/system.ts'
import { sesshu } from '../support/command.ts'
import { HEALTHY_WITHIN_MS, useSystems } from '../support/systems.ts'
import { until } from '../support/until.ts'

const systems = useSystems()

/** Everything that the ledger needs: no Temporal. */
const nameOf = (part: Part) => ('process' in part ? part.process.name : part.task.name)
const ledgerParts: typeof systemParts = (...args) => {
  const all = systemParts(...args)
  const kept = new Set(['sealer', 'witness', 'api'])
  const add = (name: string): void => {
    kept.add(name)
    const part = all.find((one) => nameOf(one) === name)
    for (const need of part?.needs ?? []) if (!kept.has(need)) add(need)
  }
  for (const name of [...kept]) add(name)
  return all.filter((part) => kept.has(nameOf(part)))
}

async function look(system: System, count: number): Promise<void> {
  const sql = connectForLooks(system.urls.roles.sesshu_api, 'test')
  const one = () => ({
    municipalityCode: '011002',
    residentId: randomUUID(),
    purpose: 'showTown',
    fields: ['doses'],
  })
  await recordLooks(sql, Array.from({ length: count }, one))
  await sql.end({ timeout: 1 })
}

test('T19: looks are sealed, witnessed beside the data dir, exported and verified', async () => {
  const witnessRoot = `${systems.dataDir}-witness`
  try {
    const system = await systems.start({ parts: ledgerParts, witness: true })
    await system.waitHealthy(HEALTHY_WITHIN_MS)
    await look(system, 25)
    // Whoever is started again signs, or fetches, at once; a minute is long for a test.
    system.kill('sealer', 'SIGKILL')
    const bundle = join(systems.dataDir, 'bundle.jsonl')
    await until(async () => {
      const { code, stdout } = await sesshu(
        ...['ledger', 'export', '--out', bundle, '--json', '--data-dir', systems.dataDir],
      )
      expect(code).toBe(0)
      return JSON.parse(stdout).rows === 25 && JSON.parse(stdout).heads >= 2
    })
    system.kill('witness', 'SIGKILL')
    const [log] = readdirSync(witnessRoot)
    const origin = readFileSync(join(systems.dataDir, 'ledger', 'ledger.pub'), 'utf8').split('+')[0]
    expect(origin).toMatch(new RegExp(`/${log}$`))
    const file = join(witnessRoot, log!, 'witness.jsonl')
    const copy = join(systems.dataDir, 'witness-copy.jsonl')
    await until(async () => {
      copyFileSync(file, copy)
      const files = ['--bundle', bundle, '--witness', copy, '--json']
      const { code, stdout } = await sesshu('ledger', 'verify', ...files)
      expect(code).toBe(0)
      return JSON.parse(stdout).witnessedRows === 25
    })
    expect(existsSync(join(systems.dataDir, 'ledger', 'witness.key'))).toBe(false)
  } finally {
    rmSync(witnessRoot, { recursive: true, force: true })
  }
})
