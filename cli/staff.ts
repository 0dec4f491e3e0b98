/** A member of staff at the command line: signs in at the system's own door, and asks as themselves. */
import { z } from 'zod'
import { CommandError, exitCodes } from './common.ts'
import { type ApiTarget, apiOf } from './servers.ts'

/** Flags of a command that somebody carries out in their own name. */
export const staffArgs = {
  login: { type: 'string', description: 'Your own login', valueHint: 'name' },
  municipality: { type: 'string', description: 'Its 6-digit code', valueHint: 'code' },
  resident: { type: 'string', description: 'The resident’s id', valueHint: 'id' },
  approval: {
    type: 'string',
    description: 'The approval in which two people agreed to exactly this',
    valueHint: 'id',
  },
  ask: { type: 'boolean', description: 'Ask for that approval; another administrator gives it' },
  agree: { type: 'boolean', description: 'Give the approval that somebody else asked for' },
} as const

export type Whose = { municipalityCode: string; residentId: string }

export type Staff = { post(path: string, body: object): Promise<unknown>; signOut(): Promise<void> }

export function whoseOf({
  municipality,
  resident,
}: {
  municipality?: string | undefined
  resident?: string | undefined
}): Whose {
  const residentId = z.uuid().safeParse(resident)
  if (/^\d{6}$/.test(municipality ?? '') && residentId.success) {
    return { municipalityCode: municipality!, residentId: residentId.data }
  }
  throw new CommandError(
    'Whose record is meant is not said.',
    'Name --municipality CODE and --resident ID.',
    exitCodes.usage,
  )
}

const answerWithinMs = 60_000
const problemSchema = z.object({ code: z.string(), detail: z.string(), whatToDo: z.string() })

/** Signs in with the password from standard input; an operator of the system has no way in here. */
export async function signIn(dataDir: string, login: string | undefined): Promise<Staff> {
  if (!login) {
    throw new CommandError(
      'Who asks is not said.',
      'Name --login, and give the password on standard input.',
      exitCodes.usage,
    )
  }
  const api = await apiOf(dataDir)
  const response = await request(api, '/auth/sign-in', { login, password: await passwordTyped() })
  const cookie = response.headers.get('set-cookie')?.split(';')[0]
  if (!response.ok || !cookie) throw await refusalOf(response)
  const post = async (path: string, body: object): Promise<unknown> => {
    const answered = await request(api, path, body, cookie)
    if (!answered.ok) throw await refusalOf(answered)
    return answered.status === 204 ? undefined : answered.json()
  }
  return { post, signOut: async () => void (await post('/auth/sign-out', {})) }
}

/** Asks two people for `kind`; prints nothing. Answers the approval's id. */
export async function askApproval(
  staff: Staff,
  kind: string,
  subject: object,
  reasonCode: string,
): Promise<string> {
  const answer = await staff.post('/api/v1/approvals', { kind, subject, reasonCode })
  return z.object({ id: z.string() }).parse(answer).id
}

/**
 * One of three: asks two people, agrees to what somebody else asked, or does it. Signs out again
 * whatever happens.
 */
export async function withTwoPeople(
  dataDir: string,
  args: {
    login?: string | undefined
    approval?: string | undefined
    ask?: boolean | undefined
    agree?: boolean | undefined
  },
  deed: {
    kind: string
    subject: object
    reasonCode: string
    carryOut(staff: Staff, approvalId: string): Promise<object>
  },
): Promise<object> {
  const staff = await signIn(dataDir, args.login)
  try {
    if (args.ask) {
      return { approval: await askApproval(staff, deed.kind, deed.subject, deed.reasonCode) }
    }
    if (!args.approval) {
      throw new CommandError(
        'Two people have to agree first.',
        'Run it with --ask, let another administrator run it with --agree --approval ID, then with --approval ID.',
        exitCodes.usage,
      )
    }
    if (!args.agree) return await deed.carryOut(staff, args.approval)
    await staff.post(`/api/v1/approvals/${args.approval}/approve`, {})
    return { agreed: args.approval }
  } finally {
    await staff.signOut().catch(() => {})
  }
}

/** As a page of ours would send it. */
function request(api: ApiTarget, path: string, body: object, cookie?: string): Promise<Response> {
  return fetch(new URL(path, api.url), {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      'accept-language': 'en',
      origin: new URL(process.env.SESSHU_PUBLIC_ORIGIN || api.url).origin,
      ...(cookie && { cookie }),
    },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(answerWithinMs),
  })
}

async function refusalOf(response: Response): Promise<CommandError> {
  const { data } = problemSchema.safeParse(await response.json().catch(() => undefined))
  if (!data) return new CommandError(`HTTP ${response.status}`, 'Look at log/api.log.')
  return new CommandError(`${data.code}: ${data.detail}`, data.whatToDo)
}

async function passwordTyped(): Promise<string> {
  let text = ''
  for await (const chunk of process.stdin) text += chunk
  return text.replace(/\r?\n$/, '')
}
