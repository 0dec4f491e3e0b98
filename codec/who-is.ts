import { z } from 'zod'

/** Who is signed in. `role` and `office` as accounts have them; never a person's name. */
const someone = z.object({ id: z.string().max(128), role: z.string(), office: z.string() })
export type Someone = z.output<typeof someone>

/** `undefined`: nobody. Throws when that cannot be found out. */
export type WhoIs = (cookieHeader: string | undefined) => Promise<Someone | undefined>

const answerWithinMs = 3_000
const cookieAtMost = 4_096

/** Asks the api, which alone knows sessions: `GET /auth/session` with the reader's own cookies. */
export function askApi(apiUrl: string): WhoIs {
  return async (cookie) => {
    if (!cookie || cookie.length > cookieAtMost) return undefined
    const response = await fetch(new URL('/auth/session', apiUrl), {
      headers: { cookie, accept: 'application/json' },
      redirect: 'manual',
      signal: AbortSignal.timeout(answerWithinMs),
    })
    if (response.status === 200) return someone.parse(await response.json())
    await response.body?.cancel()
    if (response.status === 401) return undefined
    throw new Error(`the api answered ${response.status} to /auth/session`)
  }
}
