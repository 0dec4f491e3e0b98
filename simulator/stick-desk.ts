/** What a town's people do about a stick, over HTTP: two name its key, a clerk looks and applies. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { ClerkCredential } from './credentials.ts'
import { ask, type Session, send, signIn } from './staff-session.ts'

export type Officer = { login: string; password: string }
type Desk = { apiUrl: string; signal?: AbortSignal }

/** One administrator registers the key, another types its code. */
export async function nameTownKey(
  { apiUrl, signal }: Desk,
  key: { publicKey: string; code: string },
  { first, second }: { first: Officer; second: Officer },
): Promise<void> {
  const one = await signIn(apiUrl, first, signal)
  const { id } = (await ask(one, 'POST', '/api/v1/stick-keys', { publicKey: key.publicKey })) as {
    id: string
  }
  const other = await signIn(apiUrl, second, signal)
  await ask(other, 'POST', `/api/v1/stick-keys/${id}/confirm`, { code: key.code })
}

type StickSeen = { sequence: number; files: { name: string; importId: string | null }[] }
type ImportSeen = {
  file: string
  state: string
  layoutState: 'unknown' | 'known' | 'guessed' | 'needed'
  applied: number
  undecided: number
  counts: { rows: number; new: number; changed: number; same: number }
  refusal?: { code: string }
}

const lookEveryMs = 300
const within = { taken: 120_000, reviewed: 1_800_000, applied: 1_800_000 }

/** Resolves when everything on the stick is applied; throws when anything needs more than a press. */
export async function applyStick(
  { apiUrl, signal }: Desk,
  sequence: number,
  clerk: ClerkCredential,
): Promise<void> {
  const session = await signIn(apiUrl, clerk, signal)
  const importIds = await until(session, within.taken, async () => {
    const { sticks, refused } = (await ask(session, 'GET', '/api/v1/sticks')) as {
      sticks: StickSeen[]
      refused: { code: string }[]
    }
    const files = sticks.find((stick) => stick.sequence === sequence)?.files
    if (!files && refused.length > 0) throw new Error(`A stick was refused: ${refused[0]!.code}.`)
    if (!files || files.some(({ importId }) => importId === null)) return undefined
    return files.map(({ importId }) => importId!)
  })
  for (const importId of importIds) {
    const path = `/api/v1/imports/${importId}`
    const look = async () => (await lookAt(session, path)) as ImportSeen | undefined
    const reviewed = await until(session, within.reviewed, async () =>
      reached(await look(), 'reviewed'),
    )
    if (reviewed.state === 'applied') continue
    if (reviewed.undecided > 0) throw new Error(`${reviewed.file} needs a decision.`)
    await ask(session, 'POST', `${path}/apply`)
    await until(session, within.applied, async () => reached(await look(), 'applied'))
  }
}

/** Undefined while it is on its way; an import that ends elsewhere never gets there. */
function reached(seen: ImportSeen | undefined, state: string): ImportSeen | undefined {
  if (!seen) return undefined
  if (seen.refusal || ['refused', 'failed', 'discarded', 'undone'].includes(seen.state)) {
    throw new Error(`${seen.file} was not taken: ${seen.refusal?.code ?? seen.state}.`)
  }
  return seen.state === state || seen.state === 'applied' ? seen : undefined
}

async function until<T>(
  { signal }: Session,
  withinMs: number,
  look: () => Promise<T | undefined>,
): Promise<T> {
  const giveUpAt = Date.now() + withinMs
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    if (Date.now() > giveUpAt) throw new Error('A stick lies there and nothing comes of it.')
    await sleep(lookEveryMs, undefined, signal && { signal })
  }
}

/** An import has its number before it has its file. */
async function lookAt(session: Session, path: string): Promise<unknown> {
  const answer = await send(session, 'GET', path)
  if (answer.ok) return await answer.json()
  await answer.body?.cancel()
  if (answer.status === 404) return undefined
  throw new Error(`GET ${path} was answered ${answer.status}.`)
}
