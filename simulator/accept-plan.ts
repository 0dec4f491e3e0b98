/** Each town's administrator signs in and accepts the supervisory plan, as a person would, over HTTP. */

import type { AdministratorCredential } from './credentials.ts'
import { ask, signIn } from './staff-session.ts'

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
