import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import pino, { type DestinationStream, type Logger } from 'pino'

export type Log = Logger

export type LogOptions = {
  /** The process's name: api, worker, relay. */
  name: string
  level?: string
  /** Appends to this file instead of writing to stderr. */
  file?: string
  /** Takes the lines instead, in tests. */
  to?: DestinationStream
}

/** Fields that would name a person, or open a door. Ids, codes, counts and stages may be logged. */
const FORBIDDEN = [
  'family',
  'given',
  'kana',
  'fullName',
  'personName',
  'bornOn',
  'birthYear',
  'birthDate',
  'deceasedOn',
  'postcode',
  'address',
  'phone',
  'mail',
  'email',
  'to',
  'recipient',
  'household',
  'ticketNumber',
  'ocrLine',
  'line',
  'myNumber',
  'residentNumber',
  'body',
  'password',
  'token',
  'authorization',
  'cookie',
  'secret',
  'url',
  'databaseUrl',
  'DATABASE_URL',
  'SMTP_URL',
  'SESSHU_KEYD_TOKEN',
  'SESSHU_KEYD_PKCS11_PIN',
  'pin',
  'fieldKeys',
  'wrapped',
  'SESSHU_CLI_TOKEN',
  'dpop',
  'login',
  'SESSHU_CODEC_KEYS',
]
const DEPTH = 4

/** The same field at the top and inside objects, down to `DEPTH`. */
const redactedPaths = FORBIDDEN.flatMap((field) =>
  Array.from({ length: DEPTH }, (_, depth) => [...Array(depth).fill('*'), field].join('.')),
)

/** Structured lines on stderr. Fields that name a person are struck out wherever they stand. */
export function createLog(options: LogOptions): Log {
  return pino(
    {
      name: options.name,
      level: options.level ?? 'info',
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: redactedPaths, censor: '[removed]' },
      serializers: { err: describeError, error: describeError },
    },
    options.to ?? destination(options.file),
  )
}

function destination(file: string | undefined): DestinationStream {
  if (file === undefined) return pino.destination({ dest: 2, sync: true })
  mkdirSync(dirname(file), { recursive: true })
  return pino.destination({ dest: file, append: true, sync: true })
}

export type DescribedError = {
  type: string
  message: string
  code?: string
  constraint?: string
  table?: string
  stack?: string
  cause?: DescribedError
}

/**
 * What may be logged of an error. A database's message and detail can hold the very value that was
 * refused (a name, a birth date), so that of a database error only code and place are kept.
 */
export function describeError(error: unknown): DescribedError {
  if (!(error instanceof Error)) return { type: typeof error, message: 'not an Error' }
  const known = error as Error & Record<string, unknown>
  const isFromDatabase = 'severity' in known || 'severity_local' in known
  const message = isFromDatabase ? databaseMessage(known) : error.message
  const stack = error.stack?.split('\n').filter((text) => /^\s+at /.test(text))
  return {
    type: error.name,
    message,
    ...text('code', known.code),
    ...text('constraint', known.constraint_name),
    ...text('table', known.table_name),
    ...(stack && { stack: stack.join('\n') }),
    ...(error.cause !== undefined && { cause: describeError(error.cause) }),
  }
}

function databaseMessage(error: Record<string, unknown>): string {
  return `the database answered ${error.code ?? 'an error'} in ${error.routine ?? 'an unknown place'}`
}

function text(key: string, value: unknown): Record<string, string> {
  return typeof value === 'string' ? { [key]: value } : {}
}
