/**
 * The state's desk: answers on a Unix socket what the state's database role gets to see, all of it
 * and nothing else. It asks nothing of its caller and takes nothing from it: whoever may open the
 * state's pages is settled where the pages are.
 */
import { rmSync } from 'node:fs'
import { chmod } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'
import type { Logger } from 'pino'
import { type StateAnswer, stateAnswerPath } from '../config/state-answer.ts'
import type { Sql } from '../db/client.ts'
import { askAsState } from '../db/queries/state.ts'

export type Desk = { close(): Promise<void> }

export async function openDesk(deps: {
  sql: Sql
  log: Pick<Logger, 'error'>
  socketPath: string
}): Promise<Desk> {
  const { sql, log, socketPath } = deps
  const ask = restingAsker(async () => {
    const answer: StateAnswer = { ...(await askAsState(sql)), keyTokens: keyTokens() }
    return JSON.stringify(answer)
  })
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== stateAnswerPath)
      return send(response, 404, '{}')
    ask().then(
      (answer) => send(response, 200, answer),
      (error) => {
        log.error({ err: error }, 'the state could not be answered')
        send(response, 503, '{}')
      },
    )
  })
  // What a killed process left behind; the supervisor starts one desk at a time.
  rmSync(socketPath, { force: true })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(socketPath, resolve)
  })
  await chmod(socketPath, 0o600)
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** What would let this process in where keys are, by its own environment. */
function keyTokens(): number {
  return Object.keys(process.env).filter((name) => /^SESSHU_.*(KEY|TOKEN)/.test(name)).length
}

const restFactor = 10

/**
 * Whoever comes while it is being asked waits for the same answer, which stands for ten times as long
 * as it took: however many look, asking takes a tenth of one connection's time at most.
 */
function restingAsker(ask: () => Promise<string>): () => Promise<string> {
  let answer: Promise<string> | undefined
  let until = 0
  return () => {
    if (answer && performance.now() < until) return answer
    const startedMs = performance.now()
    until = Number.POSITIVE_INFINITY
    answer = ask().finally(() => {
      const endedMs = performance.now()
      until = endedMs + restFactor * (endedMs - startedMs)
    })
    answer.catch(() => {
      until = 0
    })
    return answer
  }
}

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' })
  response.end(body)
}
