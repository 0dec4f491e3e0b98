/**
 * Nobody sits at a sample town's desk in the evening: two of its administrators decide, over HTTP as people
 * would, that letters leave by themselves up to a number.
 */
import type { AdministratorCredential } from './credentials.ts'
import { ask, send, signIn } from './staff-session.ts'

export type LeaveAsk = {
  apiUrl: string
  administrators: AdministratorCredential[]
  deputies: AdministratorCredential[]
  /** The towns that the campaign has set up. */
  towns: string[]
  signal?: AbortSignal
}

const lettersOfAnEvening = 2_000

/** Safe to repeat: a town that has decided so already asks nobody again. */
export async function letLettersLeave(options: LeaveAsk): Promise<void> {
  const { apiUrl, administrators, deputies, towns, signal } = options
  for (const administrator of administrators) {
    const { municipalityCode } = administrator
    if (!towns.includes(municipalityCode)) continue
    const deputy = deputies.find((one) => one.municipalityCode === municipalityCode)
    if (!deputy) throw new Error(`${municipalityCode} has no second administrator.`)
    const rule = { releaseAutomaticallyUpTo: lettersOfAnEvening }
    const first = await signIn(apiUrl, administrator, signal)
    const asked = (await ask(first, 'POST', '/api/v1/release-rule', rule)) as Asked
    if (!asked.approvalId) continue
    const second = await signIn(apiUrl, deputy, signal)
    const path = `/api/v1/release-rule/${asked.approvalId}/agree`
    const answer = await send(second, 'POST', path)
    if (!answer.ok) throw new Error(`POST ${path} was answered ${answer.status}.`)
  }
}

type Asked = { approvalId?: string }
