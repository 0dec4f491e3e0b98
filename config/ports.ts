import { randomInt } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { z } from 'zod'
import { type DataDir, writeWhole } from './data-dir.ts'

/** Chosen once per data dir, so that addresses people noted down stay right. */
export const portNames = ['web', 'ui', 'postgres', 'temporal', 'smtp', 'codec', 'https'] as const
export type PortName = (typeof portNames)[number]
export type Ports = Record<PortName, number>

/** 0: any that is free. */
const PREFERRED: Ports = {
  web: 8720,
  ui: 8721,
  postgres: 0,
  temporal: 0,
  smtp: 0,
  codec: 0,
  https: 8743,
}

const WHAT: Record<PortName, string> = {
  web: 'the pages are',
  ui: 'the Temporal UI is',
  postgres: 'the database is',
  temporal: 'the Temporal server is',
  smtp: 'the mail sink is',
  codec: 'the codec server is',
  https: 'the pages over https are',
}

const stateSchema = z.looseObject({
  ports: z.partialRecord(z.enum(portNames), z.number().int().min(1).max(65_535)).default({}),
})

/**
 * The ports of a data dir: the kept ones, else the preferred ones. One that another program holds
 * is replaced by a free one, said in one line to `tell`. `wanted` overrides what is kept.
 */
export async function keepPorts(
  dir: DataDir,
  tell: (line: string) => void,
  wanted: Partial<Ports> = {},
): Promise<Ports> {
  const state = readState(dir)
  const ports: Partial<Ports> = {}
  for (const name of portNames) {
    const first = wanted[name] ?? state.ports[name] ?? PREFERRED[name]
    const port = await usablePort(first, Object.values(ports))
    if (first !== 0 && port !== first) {
      tell(`Port ${first} is taken by another program; ${WHAT[name]} on port ${port} instead.`)
    }
    ports[name] = port
  }
  writeWhole(dir.state, `${JSON.stringify({ ...state, ports }, null, 2)}\n`)
  return ports as Ports
}

function readState(dir: DataDir): z.output<typeof stateSchema> {
  let text: string
  try {
    text = readFileSync(dir.state, 'utf8')
  } catch {
    return { ports: {} }
  }
  const parsed = stateSchema.safeParse(jsonOrNothing(text))
  if (parsed.success) return parsed.data
  throw new Error(`${dir.state} cannot be read. Delete it: new ports are then chosen.`)
}

function jsonOrNothing(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function usablePort(wanted: number, taken: number[]): Promise<number> {
  if (wanted !== 0 && !taken.includes(wanted) && (await probe(wanted)) === wanted) return wanted
  return freePort(taken)
}

/**
 * Below what systems hand out to connections and to servers that ask for any port (Linux from 32768, others
 * from 49152): one of those can be gone again before its own server binds it.
 */
const quietPorts = { from: 18_000, to: 32_000 }
const triesAmongQuiet = 50

/** A port that is free now on the loopback address, and is likely to be so until it is bound. */
export async function freePort(taken: number[] = []): Promise<number> {
  for (let n = 0; n < triesAmongQuiet; n += 1) {
    const port = randomInt(quietPorts.from, quietPorts.to)
    if (!taken.includes(port) && (await probe(port)) === port) return port
  }
  for (;;) {
    const port = await probe(0)
    if (port !== undefined && !taken.includes(port)) return port
  }
}

/** The port that could be bound on loopback just now, or `undefined` if somebody holds it. */
async function probe(port: number): Promise<number | undefined> {
  return await new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address()
      const bound = typeof address === 'object' && address ? address.port : undefined
      server.close(() => resolve(bound))
    })
  })
}
