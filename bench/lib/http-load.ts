import { Agent, request } from 'node:http'

export type Target = { port: number; path: string; token: string }

/** One POST over a kept connection; resolves with the status once the whole answer is there. */
function post(agent: Agent, target: Target, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        agent,
        host: '127.0.0.1',
        port: target.port,
        path: target.path,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          authorization: `Bearer ${target.token}`,
        },
      },
      (answer) => {
        answer.resume()
        answer.once('end', () => resolve(answer.statusCode ?? 0))
      },
    )
    sent.once('error', reject)
    sent.end(body)
  })
}

/** Sends every body through `connections` callers, each waiting for its answer. Throws on a refusal. */
export async function closedLoop(
  target: Target,
  bodies: string[],
  connections: number,
): Promise<{ perSecond: number; seconds: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  let next = 0
  const startedAt = performance.now()
  const caller = async () => {
    while (next < bodies.length) {
      const status = await post(agent, target, bodies[next++]!)
      if (status !== 201) throw new Error(`a scan was answered ${status}`)
    }
  }
  await Promise.all(Array.from({ length: connections }, caller))
  const seconds = (performance.now() - startedAt) / 1000
  agent.destroy()
  return { perSecond: bodies.length / seconds, seconds }
}

/**
 * Sends at a fixed rate, whatever the answers do; each latency counts from the moment at which the
 * request was meant to go, so that a stall is felt by everyone behind it.
 */
export async function openLoop(
  target: Target,
  bodies: string[],
  perSecond: number,
): Promise<{ p50Ms: number; p99Ms: number; maxMs: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const startedAt = performance.now()
  const latencies = await Promise.all(
    bodies.map(async (body, index) => {
      const meantAt = startedAt + (index * 1000) / perSecond
      const waitMs = meantAt - performance.now()
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs))
      const status = await post(agent, target, body)
      if (status !== 201) throw new Error(`a scan was answered ${status}`)
      return performance.now() - meantAt
    }),
  )
  agent.destroy()
  latencies.sort((a, b) => a - b)
  const at = (share: number) => latencies[Math.ceil(latencies.length * share) - 1]!
  return { p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) }
}
