/** Each town's administrator signs in and accepts the supervisory plan, as a person would, over HTTP. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { AdministratorCredential } from './credentials.ts'

export type PlanAsk = {
  apiUrl: string
  administrators: AdministratorCredential[]
  signal?: AbortSignal
}

/** Safe to repeat: a town in which the newest version is in force is left alone. */
export async function acceptPlan({ apiUrl, administrators, signal }: PlanAsk): Promise<void> {
  for (const administrator of administrators) {
    const session = await signIn(apiUrl, administrator, signal)
    const { versions, municipality } = (await ask(session, 'GET', '/api/v1/plan')) as Plan
    const version = versions[0]?.version
    if (version === undefined) throw new Error('No plan was published.')
    if (municipality?.inForce === version) continue
    await ask(session, 'POST', '/api/v1/plan/answers', { version, answer: 'accepts' })
  }
}

type Plan = { versions: { version: number }[]; municipality?: { inForce: number | null } }
type Session = { apiUrl: string; cookie: string; signal?: AbortSignal | undefined }

async function signIn(
  apiUrl: string,
  { login, password }: AdministratorCredential,
  signal: AbortSignal | undefined,
): Promise<Session> {
  const answer = await send({ apiUrl, cookie: '', signal }, 'POST', '/auth/sign-in', {
    login,
    password,
  })
  const cookie = answer.headers.get('set-cookie')?.split(';')[0]
  await answer.body?.cancel()
  if (!answer.ok || !cookie) throw new Error(`${login} could not sign in: ${answer.status}.`)
  return { apiUrl, cookie, signal }
}

async function ask(session: Session, method: string, path: string, body?: object) {
  const answer = await send(session, method, path, body)
  if (!answer.ok) throw new Error(`The plan: ${method} ${path} was answered ${answer.status}.`)
  return await answer.json()
}

const triesMax = 20
const pauseMs = 500
const requestTimeoutMs = 20_000

/** A lost connection and 5xx are tried again: nothing is written twice that matters. */
async function send(
  { apiUrl, cookie, signal }: Session,
  method: string,
  path: string,
  body?: object,
): Promise<Response> {
  for (let tries = 1; ; tries += 1) {
    signal?.throwIfAborted()
    const answer = await fetch(new URL(path, apiUrl), {
      method,
      headers: {
        origin: new URL(apiUrl).origin,
        ...(cookie && { cookie }),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.any([AbortSignal.timeout(requestTimeoutMs), ...(signal ? [signal] : [])]),
    }).catch((error) => {
      if (signal?.aborted || tries === triesMax) throw error
      return undefined
    })
    if (answer && (answer.status < 500 || tries === triesMax)) return answer
    await answer?.body?.cancel()
    await sleep(pauseMs)
  }
}
