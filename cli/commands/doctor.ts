import { defineCommand } from 'citty'
import { DEFAULT_DATA_DIR } from '../../config/data-dir.ts'
import { commonArgs, exitCodes } from '../common.ts'
import { type Check, type Checked, carryOut } from '../doctor/check.ts'
import { databaseChecks } from '../doctor/database.ts'
import { keyChecks } from '../doctor/keys.ts'
import { machineChecks } from '../doctor/machine.ts'
import { processChecks } from '../doctor/processes.ts'
import { findTargets, type Targets } from '../doctor/targets.ts'
import { temporalChecks } from '../doctor/temporal.ts'

export const doctorCommand = defineCommand({
  meta: { name: 'doctor', description: 'Check this machine and a running system' },
  args: commonArgs,
  run: async ({ args }) => await doctor(args['data-dir'] ?? DEFAULT_DATA_DIR, args.json ?? false),
})

async function doctor(dataDir: string, json: boolean): Promise<number> {
  const targets = await findTargets(dataDir)
  for (const line of targets.lines) process.stderr.write(`${line}\n`)
  const results: Checked[] = []
  for (const check of checksFor(dataDir, targets)) {
    const result = await carryOut(check)
    results.push(result)
    if (!json) process.stdout.write(`${lineOf(result)}\n`)
  }
  const count = (status: Checked['status']) => results.filter((r) => r.status === status).length
  const counts = { ok: count('ok'), warn: count('warn'), fail: count('fail') }
  if (json) process.stdout.write(`${JSON.stringify({ ...counts, checks: results })}\n`)
  else process.stdout.write(`${counts.ok} ok, ${counts.warn} to note, ${counts.fail} failed\n`)
  return counts.fail > 0 ? exitCodes.failure : exitCodes.ok
}

function checksFor(dataDir: string, targets: Targets): Check[] {
  const { databaseUrl, temporal, parts, logFolder } = targets
  return [
    ...machineChecks(dataDir),
    ...(parts.length > 0 ? processChecks(parts, logFolder) : []),
    ...(databaseUrl ? [...databaseChecks(databaseUrl), ...keyChecks(databaseUrl, dataDir)] : []),
    ...(temporal ? temporalChecks(temporal) : []),
  ]
}

function lineOf(result: Checked): string {
  const line = `${result.status.padEnd(4)}  ${result.name}: ${result.message}`
  return result.status === 'ok' ? line : `${line}\n      → ${result.whatToDo}`
}
