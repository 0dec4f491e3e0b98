// The simulator against a small HTTP server of the test's own: order, ids, retries, resumption.
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { instantOf } from '../../../simulator/days.ts'
import { factsOf } from '../../../simulator/facts.ts'
import { makeTruth } from '../../../simulator/generate.ts'
import { runCampaign } from '../../../simulator/run.ts'
import { readTold } from '../../../simulator/told.ts'

const truth = makeTruth({ residents: 40, days: 70, seed: 1, rates: 'teaching' })
const epochMs = instantOf(truth.header.epoch)
const endMs = instantOf(truth.header.epoch, 70 * 1_440)
const factsInTime = factsOf(truth).filter((fact) => fact.atMs < endMs)

type Heard = { path: string; body: Record<string, unknown>; atMs: number }
type Reply = { status: number; body?: object } | 'hangUp'

/** Answers like the system, a campaign of a second; `reply` may answer otherwise first. */
function startTown(paceMs: number, reply: (heard: Heard, count: number) => Reply | undefined) {
  const heard: Heard[] = []
  const counts = new Map<string, number>()
  const began = Date.now()
  const now = () => epochMs + ((Date.now() - began) / paceMs) * 86_400_000
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk) => {
      text += chunk
    })
    request.on('end', () => {
      const atMs = now()
      const campaignAt = new Date(atMs).toISOString()
      const answer = ({ status, body = {} }: Exclude<Reply, 'hangUp'>) => {
        response.writeHead(status, {
          'content-type': 'application/json',
          'sesshu-campaign-at': campaignAt,
        })
        response.end(JSON.stringify(body))
      }
      if (request.url === '/health') {
        return answer({ status: 200, body: { clock: { campaignAt, pace: 86_400_000 / paceMs } } })
      }
      const fact = { path: request.url ?? '', body: JSON.parse(text), atMs }
      const count = (counts.get(text) ?? 0) + 1
      counts.set(text, count)
      const instead = reply(fact, count)
      if (instead === 'hangUp') return request.socket.destroy()
      if (instead && instead.status >= 300) return answer(instead)
      heard.push(fact)
      answer(instead ?? { status: 201, body: { verdict: 'recorded' } })
    })
  })
  return { server, heard }
}

let server: Server | undefined
let dataDir = ''

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'sesshu-simulator-'))
})

afterEach(async () => {
  server?.closeAllConnections()
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)))
  await rm(dataDir, { recursive: true })
})

async function play(
  reply: Parameters<typeof startTown>[1] = () => undefined,
  signal?: AbortSignal,
) {
  const town = startTown(15, reply)
  server = town.server
  await new Promise<void>((resolve) => town.server.listen(0, '127.0.0.1', resolve))
  const apiUrl = `http://127.0.0.1:${(town.server.address() as AddressInfo).port}`
  const run = runCampaign({ apiUrl, token: 'x', truth, dataDir, ...(signal && { signal }) })
  return { heard: town.heard, progress: await run }
}

const told = () => readTold(join(dataDir, 'told.jsonl'))

describe('a campaign', () => {
  it('tells every fact once, none before its time, each person’s in order', async () => {
    const { heard, progress } = await play()
    const lines = await told()
    expect(lines.map((line) => line.factId).sort()).toEqual(
      factsInTime.map((fact) => fact.id).sort(),
    )
    expect(progress).toMatchObject({ told: factsInTime.length, refused: 0, day: 69 })
    const due = new Map(factsInTime.map((fact) => [JSON.stringify(fact.body), fact.atMs]))
    const early = heard.filter(({ body, atMs }) => atMs < due.get(JSON.stringify(body))! - 1_000)
    expect(early).toEqual([])
    const first = lines.filter((line) => line.personId === 'cast-01').map((line) => line.ref)
    expect(first).toEqual([
      'doses/0',
      'residences/0/moveOut',
      'residences/1',
      'tickets/1',
      'doses/1',
    ])
  })

  it('tries again with the same words until there is an answer', async () => {
    const { heard, progress } = await play(({ path }, count) => {
      if (path !== '/api/v1/scans') return undefined
      if (count === 1) return 'hangUp'
      return count === 2 ? { status: 503 } : undefined
    })
    const scans = factsInTime.filter((fact) => fact.path === '/scans')
    expect(progress.retries).toBe(2 * scans.length)
    const ids = heard.filter(({ path }) => path === '/api/v1/scans').map(({ body }) => body.scanId)
    expect(ids.sort()).toEqual(scans.map((fact) => fact.id).sort())
  })

  it('writes down what was refused, and goes on', async () => {
    const { progress } = await play(({ path }) =>
      path === '/api/v1/deaths' ? { status: 422, body: { code: 'unknownResident' } } : undefined,
    )
    const deaths = (await told()).filter((line) => line.kind === 'death')
    expect(deaths.map((line) => line.refused)).toEqual(deaths.map(() => 'unknownResident'))
    expect(progress.refused).toBe(deaths.length)
    expect(deaths.length).toBeGreaterThan(0)
  })

  it('goes on where a stopped one stood, even after a line cut short', async () => {
    const stop = new AbortController()
    const stopped = play(({ body }) => {
      if (body.kind === 'movedIn') stop.abort(new Error('stop'))
      return undefined
    }, stop.signal)
    await expect(stopped).rejects.toThrow()
    const before = await told()
    expect(before.length).toBeGreaterThan(0)
    expect(before.length).toBeLessThan(factsInTime.length)
    await appendFile(join(dataDir, 'told.jsonl'), '{"factId":"cut sho')

    const first = server!
    first.closeAllConnections()
    await new Promise((resolve) => first.close(resolve))
    await play()
    const lines = await told()
    expect(lines.slice(0, before.length)).toEqual(before)
    expect(new Set(lines.map((line) => line.factId)).size).toBe(factsInTime.length)
    expect(lines).toHaveLength(factsInTime.length)
    expect(await readFile(join(dataDir, 'told.jsonl'), 'utf8')).not.toContain('cut sho')
  })
})
