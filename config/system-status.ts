import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { type DataDir, writeWhole } from './data-dir.ts'
import { isSameProcess, processIdentity } from './process-identity.ts'

const partSchema = z.object({
  name: z.string(),
  state: z.enum(['waiting', 'preparing', 'starting', 'ready', 'restarting', 'stopping', 'stopped']),
  pid: z.number().optional(),
  port: z.number().optional(),
  since: z.string(),
  restarts: z.number(),
  detail: z.string().optional(),
})

const statusSchema = z.object({
  supervisor: z.object({ pid: z.number(), identity: z.string(), since: z.string() }),
  writtenAt: z.string(),
  parts: z.array(partSchema),
})

export type PartStatus = z.output<typeof partSchema>
export type SystemStatus = z.output<typeof statusSchema>

const startedAt = new Date().toISOString()

/** Written as a whole on every change, for `/health` and the start page. */
export function writeStatus(dir: DataDir, parts: PartStatus[]): void {
  const status: SystemStatus = {
    supervisor: {
      pid: process.pid,
      identity: processIdentity(process.pid) ?? '',
      since: startedAt,
    },
    writtenAt: new Date().toISOString(),
    parts,
  }
  writeWhole(dir.status, `${JSON.stringify(status, null, 2)}\n`)
}

/** `undefined` when no supervisor runs on this data dir now, whatever an old file says. */
export function readStatus(dir: DataDir): SystemStatus | undefined {
  try {
    const status = statusSchema.parse(JSON.parse(readFileSync(dir.status, 'utf8')))
    const { pid, identity } = status.supervisor
    return isSameProcess(pid, identity) ? status : undefined
  } catch {
    return undefined
  }
}
