/** Somebody of a town's staff, signed in over HTTP as a person would be. */
import { setTimeout as sleep } from 'node:timers/promises'

export type Session = { apiUrl: string; cookie: string; signal?: AbortSignal | undefined }

/** Throws when the login is refused. */
export async function signIn(
  apiUrl: string,
  { login, password }: { login: string; password: string },
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

const triesMax = 20
const pauseMs = 500
const requestTimeoutMs = 20_000

/** A lost connection and 5xx are tried again: nothing is written twice that matters. */
export async function send(
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

/** The answer's body; throws the code of a refusal. */
export async function ask(session: Session, method: string, path: string, body?: object) {
  const answer = await send(session, method, path, body)
  if (!answer.ok) {
    const { code } = (await answer.json().catch(() => ({}))) as { code?: string }
    throw new Error(`${method} ${path} was answered ${answer.status} ${code ?? ''}.`)
  }
  return await answer.json()
}
