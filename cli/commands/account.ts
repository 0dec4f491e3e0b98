import { defineCommand } from 'citty'
import { asOwner } from '../../auth/grants.ts'
import { hashPassword, longestPassword, shortestPassword } from '../../auth/password.ts'
import { fitsOffice, loginForm, type Role, roles } from '../../auth/roles.ts'
import { newCode } from '../../auth/secrets.ts'
import { DEFAULT_DATA_DIR } from '../../config/data-dir.ts'
import { disableAccount, listAccounts, putAccount } from '../../db/auth/accounts.ts'
import type { Sql } from '../../db/client.ts'
import { CommandError, commonArgs, exitCodes } from '../common.ts'
import { tellTargets } from '../servers.ts'

const actions = ['add', 'disable', 'list'] as const

export const accountCommand = defineCommand({
  meta: { name: 'account', description: 'Make, shut or list the accounts of staff' },
  args: {
    ...commonArgs,
    action: { type: 'positional', description: actions.join(' | '), required: true },
    login: { type: 'positional', description: 'Login, such as hanako.m', required: false },
    role: { type: 'string', description: roles.join(', '), valueHint: 'role' },
    office: {
      type: 'string',
      description: 'Municipality code, or system (the default)',
      valueHint: 'code',
    },
    'password-stdin': { type: 'boolean', description: 'Read the password from standard input' },
    'oidc-issuer': {
      type: 'string',
      description: 'Sign in by this provider',
      valueHint: 'address',
    },
    'oidc-subject': {
      type: 'string',
      description: 'The provider’s name for them',
      valueHint: 'id',
    },
  },
  run: async ({ args }) => {
    const targets = await tellTargets(args['data-dir'] ?? DEFAULT_DATA_DIR)
    if (!targets.databaseUrl) {
      throw new CommandError('No database runs.', 'Start one: npx sesshu up.')
    }
    return await asOwner(targets.databaseUrl, (sql) => act(sql, args))
  },
})

type Args = {
  action: string
  login?: string | undefined
  role?: string | undefined
  office?: string | undefined
  json?: boolean | undefined
  'password-stdin'?: boolean | undefined
  'oidc-issuer'?: string | undefined
  'oidc-subject'?: string | undefined
}

async function act(sql: Sql, args: Args): Promise<number> {
  switch (args.action) {
    case 'list':
      return await list(sql, args.json ?? false)
    case 'add':
      return await add(sql, args)
    case 'disable':
      if (await disableAccount(sql, loginOf(args))) return say(args, { login: args.login })
      throw new CommandError(`There is no open account ${args.login}.`, 'See account list.')
    default:
      throw wrong(`There is no action '${args.action}'.`, `Choose ${actions.join(', ')}.`)
  }
}

async function list(sql: Sql, json: boolean): Promise<number> {
  const accounts = await listAccounts(sql)
  const words = accounts.map(({ login, role, office, isDisabled }) =>
    [login, role, office, isDisabled ? 'disabled' : ''].join('  ').trimEnd(),
  )
  process.stdout.write(json ? `${JSON.stringify({ accounts })}\n` : [...words, ''].join('\n'))
  return exitCodes.ok
}

async function add(sql: Sql, args: Args): Promise<number> {
  const login = loginOf(args)
  const role = roles.find((one) => one === args.role)
  const office = args.office ?? 'system'
  if (!role) throw wrong(`'${args.role ?? ''}' is no role.`, `Choose ${roles.join(', ')}.`)
  if (!fitsOffice(role, office)) throw wrong(...officeFault(role, office))
  const oidc = oidcOf(args)
  const password = oidc && !args['password-stdin'] ? undefined : await passwordFor(args)
  const passwordHash = password ? await hashPassword(password.text) : null
  await putAccount(sql, { login, role, office, passwordHash, ...(oidc && { oidc }) })
  const said = password?.isNew ? { password: password.text } : {}
  return say(args, { login, role, office, ...said })
}

/** Six digits for those of a town, `system` for the others. */
function officeFault(role: Role, office: string): [string, string] {
  const wanted = fitsOffice(role, 'system') ? 'leave --office out' : 'give --office as six digits'
  return [`${role} does not fit the office '${office}'.`, `For this role ${wanted}.`]
}

function loginOf({ login }: Args): string {
  if (login && loginForm.test(login)) return login
  throw wrong(`'${login ?? ''}' is no login.`, 'Three or more of a-z, 0-9, dot, dash, underscore.')
}

function oidcOf(args: Args): { issuer: string; subject: string } | undefined {
  const { 'oidc-issuer': issuer, 'oidc-subject': subject } = args
  if (!issuer && !subject) return undefined
  if (issuer && subject) return { issuer, subject }
  throw wrong('A provider needs both its address and its name for them.', 'Give both flags.')
}

/** Typed by somebody, or a new one that is said once. */
async function passwordFor(args: Args): Promise<{ text: string; isNew: boolean }> {
  if (!args['password-stdin']) return { text: newCode(), isNew: true }
  let text = ''
  for await (const chunk of process.stdin) text += chunk
  const typed = text.replace(/\r?\n$/, '')
  const isFit = typed.length >= shortestPassword && typed.length <= longestPassword
  if (isFit) return { text: typed, isNew: false }
  throw wrong(`A password has ${shortestPassword} letters or more.`, 'Choose a longer one.')
}

function say({ json }: Args, what: Record<string, unknown>): number {
  const words = Object.entries(what).map(([name, value]) => `${name}: ${value}`)
  process.stdout.write(json ? `${JSON.stringify(what)}\n` : `${words.join('\n')}\n`)
  return exitCodes.ok
}

function wrong(message: string, whatToDo: string): CommandError {
  return new CommandError(message, whatToDo, exitCodes.usage)
}
