/** Asks the state's desk, the only process that may connect as the state (state/main.ts). */
import { request } from 'node:http'
import { currentActor } from '../config/actor.ts'
import { type StateAnswer, stateAnswerPath, stateAnswerSchema } from '../config/state-answer.ts'
import { stateSocketOf } from '../config/state-socket.ts'
import type { Page } from './page.ts'

const answerBytesAtMost = 1024 * 1024
const answerWithinMs = 5_000

/** The state's statisticians; and everybody in a demo, whose people are made up. */
export function maySeeState({ isDemo }: Pick<Page, 'isDemo'>): boolean {
  return isDemo || currentActor().role === 'stateStatistician'
}

export const rowsOfPeople = ({ tables }: StateAnswer): number =>
  tables.reduce((sum, { rows }) => sum + (rows ?? 0), 0)

export const refusedTables = ({ tables }: StateAnswer): number =>
  tables.filter(({ rows }) => rows === null).length

/** Undefined while the desk does not answer: it may still be starting. */
export async function askTheState({ dataDir, log }: Page): Promise<StateAnswer | undefined> {
  try {
    return stateAnswerSchema.parse(JSON.parse(await fetchAnswer(stateSocketOf(dataDir))))
  } catch (error) {
    const { code } = error as { code?: string }
    if (code !== 'ENOENT' && code !== 'ECONNREFUSED') {
      log.warn({ err: error }, "the state's desk does not answer")
    }
    return undefined
  }
}

function fetchAnswer(socketPath: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asking = request({ socketPath, path: stateAnswerPath, timeout: answerWithinMs })
    asking.once('timeout', () => asking.destroy(new Error('no answer in time')))
    asking.once('error', reject)
    asking.once('response', (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => {
        text += part
        if (text.length > answerBytesAtMost) asking.destroy(new Error('too long an answer'))
      })
      response.once('error', reject)
      response.once('end', () => {
        if (response.statusCode === 200) resolve(text)
        else reject(new Error(`the desk answers ${response.statusCode}`))
      })
    })
    asking.end()
  })
}
