import { z } from 'zod'
import { readMailRates } from '../domain/mail-providers.ts'
import { keydClients } from '../domain/purpose-fields.ts'

const flag = z
  .enum(['0', '1', 'false', 'true'], { error: 'must be 1 or 0' })
  .transform((value) => value === '1' || value === 'true')

const url = (...schemes: string[]) =>
  z.string().refine((text) => schemes.some((scheme) => text.startsWith(`${scheme}://`)), {
    error: `must be an address that begins with ${schemes.map((s) => `${s}://`).join(' or ')}`,
  })

const hostAndPort = z.string().regex(/^\S+:\d{1,5}$/, { error: 'must be host:port' })
const port = z.coerce
  .number({ error: 'must be a port number' })
  .int({ error: 'must be a port number' })
  .min(0, { error: 'must be a port number from 0 to 65535' })
  .max(65_535, { error: 'must be a port number from 0 to 65535' })

const milliseconds = z.coerce
  .number({ error: 'must be a number of milliseconds' })
  .int({ error: 'must be a whole number of milliseconds' })
  .min(10, { error: 'must be at least 10 milliseconds' })
  .max(60_000, { error: 'must be at most a minute: reads stop when looks wait longer' })

const keydClientHashes = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown
    } catch {
      context.addIssue({ code: 'custom', message: 'must be a JSON object' })
      return z.NEVER
    }
  })
  .pipe(z.partialRecord(z.enum(keydClients), z.string().regex(/^[0-9a-f]{64}$/)))

const mailRates = z.string().transform((text, context) => {
  try {
    return readMailRates(text)
  } catch (error) {
    context.addIssue({
      code: 'custom',
      message: `is not like docomo.ne.jp=5,*=200: ${(error as Error).message}`,
    })
    return z.NEVER
  }
})

/** Every variable that a process of the system reads, with what to say when it is missing. */
const variables = {
  SESSHU_DATA_DIR: { schema: z.string().min(1), whatFor: 'the folder that holds all state' },
  DATABASE_URL: {
    schema: url('postgres', 'postgresql'),
    whatFor: "the database, under this process's own role",
  },
  TEMPORAL_ADDRESS: { schema: hostAndPort, whatFor: 'the Temporal server' },
  TEMPORAL_NAMESPACE: { schema: z.string().min(1).max(64).default('default') },
  SMTP_URL: { schema: url('smtp', 'smtps'), whatFor: 'the mail server' },
  MAIL_FROM: {
    schema: z.email({ error: 'must be a mail address' }).default('sesshu@sesshu.invalid'),
  },
  /** Where mails come back to; its server must take `name+anything@`. Without it: MAIL_FROM, unmarked. */
  MAIL_RETURN_TO: { schema: z.email({ error: 'must be a mail address' }).optional() },
  /** Mails a second by provider, as `docomo.ne.jp=5,*=200`; who is not named is not held back. */
  MAIL_RATES: { schema: mailRates.default([]) },
  API_HOST: { schema: z.string().min(1).default('127.0.0.1') },
  API_PORT: { schema: port.default(8720) },
  /** Where the api is heard beyond this machine, over https alone; `sesshu up --host` sets all of these. */
  API_TLS_HOST: { schema: z.string().min(1).optional() },
  API_TLS_PORT: { schema: port.default(8743) },
  API_TLS_CERT: { schema: z.string().min(1).optional() },
  API_TLS_KEY: { schema: z.string().min(1).optional() },
  /** Our own authority's certificate, which tablets are given. */
  API_TLS_AUTHORITY: { schema: z.string().min(1).optional() },
  /** How often committed looks are chained, and a head is signed over them. */
  LEDGER_SEAL_EVERY_MS: { schema: milliseconds.default(1_000) },
  LEDGER_HEAD_EVERY_MS: { schema: milliseconds.default(60_000) },
  SESSHU_WITNESS_DIR: { schema: z.string().min(1), whatFor: 'the witness’s own folder' },
  SESSHU_WITNESS_URL: { schema: url('http', 'https'), whatFor: 'the system that is witnessed' },
  /** Shown on the authority's page; without it the page says that none is known. */
  SESSHU_WITNESS_FILE: { schema: z.string().min(1).optional() },
  WITNESS_EVERY_MS: { schema: milliseconds.default(60_000) },
  /** As people and tablets write it, when a proxy stands before the api. */
  SESSHU_PUBLIC_ORIGIN: { schema: url('http', 'https').optional() },
  /** Signing in with the organisation's own accounts (OpenID Connect). */
  SESSHU_OIDC_ISSUER: { schema: url('http', 'https').optional() },
  SESSHU_OIDC_CLIENT_ID: { schema: z.string().min(1).optional() },
  SESSHU_OIDC_CLIENT_SECRET: { schema: z.string().min(1).optional() },
  SESSHU_DEMO: { schema: flag.default(false) },
  /** Random texts, the newest first, joined by commas; `codec/keys.ts` reads them. */
  SESSHU_CODEC_KEYS: {
    schema: z.string().min(32, { error: 'must have at least 32 characters' }),
    whatFor: "the keys of Temporal's payloads",
  },
  CODEC_HOST: { schema: z.string().min(1).default('127.0.0.1') },
  CODEC_PORT: { schema: port.default(8722) },
  /** The page that may ask the codec server. */
  SESSHU_CODEC_UI_ORIGIN: { schema: url('http', 'https'), whatFor: 'the Temporal UI' },
  SESSHU_API_URL: { schema: url('http', 'https'), whatFor: 'the api, which says who is signed in' },
  /** Where the state's desk listens, if not in the data dir. */
  SESSHU_STATE_SOCKET: { schema: z.string().min(1).max(103).optional() },
  /** Where the pages link to for operators; without it they show no link. */
  SESSHU_TEMPORAL_UI_URL: { schema: url('http', 'https').optional() },
  SESSHU_KEYD_SOCKET: { schema: z.string().min(1).max(103), whatFor: 'the socket of keyd' },
  SESSHU_KEYD_TOKEN: {
    schema: z.string().min(16, { error: 'must have at least 16 characters' }),
    whatFor: "this process's token at keyd",
  },
  /** For keyd itself: the SHA-256 of each client's token, in hex. */
  SESSHU_KEYD_CLIENTS: { schema: keydClientHashes, whatFor: 'who may speak to keyd' },
  /** Where the root key lies in a token: the PKCS#11 library, the token's label, its PIN. */
  SESSHU_KEYD_PKCS11_MODULE: { schema: z.string().min(1).optional() },
  SESSHU_KEYD_PKCS11_TOKEN: { schema: z.string().min(1).max(32).default('sesshu') },
  SESSHU_KEYD_PKCS11_PIN: { schema: z.string().min(4).max(64).optional() },
  /** Where sticks appear besides `sticks/` in the data dir: a mount point, or the folder of mount points. */
  SESSHU_STICKS: { schema: z.string().min(1).optional() },
  /** Whoever runs the system is told here of differences between what is owed and what left. */
  SESSHU_ALARM_MAIL: { schema: z.email({ error: 'must be a mail address' }).optional() },
  /** A folder in which the mail server keeps a copy of each mail that it took (`.eml`). */
  SESSHU_MAIL_JOURNAL: { schema: z.string().min(1).optional() },
  /** With it `GET /metrics` is answered beyond this machine: `Authorization: Bearer <token>`. */
  SESSHU_METRICS_TOKEN: {
    schema: z.string().min(16, { error: 'must have at least 16 characters' }).optional(),
  },
  LOG_LEVEL: {
    schema: z
      .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
        error: 'must be trace, debug, info, warn, error, fatal or silent',
      })
      .default('info'),
  },
} satisfies Record<string, { schema: z.ZodType; whatFor?: string }>

export type VariableName = keyof typeof variables
export type Environment = {
  [Name in VariableName]: z.output<(typeof variables)[Name]['schema']>
}

/** Every problem of an environment at once, a line each; the message is the whole list. */
export class EnvironmentError extends Error {
  readonly problems: string[]

  constructor(problems: string[]) {
    super(
      ['The environment is not complete:', ...problems.map((line) => `  ${line}`)].join('\n') +
        '\n"npx sesshu up" sets all of these; set them by hand only to run one process alone.',
    )
    this.name = 'EnvironmentError'
    this.problems = problems
  }
}

/**
 * The variables that a process names, checked and converted. Throws one `EnvironmentError` with
 * every problem. An empty variable counts as unset; the values of secrets are never repeated.
 */
export function readEnvironment<Name extends VariableName>(
  names: readonly Name[],
  env: Record<string, string | undefined> = process.env,
): Pick<Environment, Name> {
  const problems: string[] = []
  const values: Partial<Environment> = {}
  for (const name of names) {
    const given = env[name] === '' ? undefined : env[name]
    const parsed = variables[name].schema.safeParse(given)
    if (parsed.success) Object.assign(values, { [name]: parsed.data })
    else problems.push(problemOf(name, given, parsed.error.issues))
  }
  if (problems.length > 0) throw new EnvironmentError(problems)
  return values as Pick<Environment, Name>
}

function problemOf(
  name: VariableName,
  given: string | undefined,
  issues: z.core.$ZodIssue[],
): string {
  const { whatFor } = variables[name] as { whatFor?: string }
  if (given === undefined) return `${name} is not set: it names ${whatFor}.`
  return `${name} ${issues[0]?.message ?? 'is not valid'}.`
}
