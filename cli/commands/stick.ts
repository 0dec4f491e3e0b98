import { resolve } from 'node:path'
import { defineCommand } from 'citty'
import { DEFAULT_DATA_DIR } from '../../config/data-dir.ts'
import { isPlainDate } from '../../domain/calendar.ts'
import { DomainError } from '../../domain/errors.ts'
import { type LayoutKind, layoutKinds } from '../../domain/municipal-file.ts'
import { problemText } from '../../i18n/problems.ts'
import { CommandError, commonArgs, exitCodes } from '../common.ts'
import { check, checkReceipt, makeKey, openAnswers, pack, systemKeys } from '../sticks.ts'

const actions = ['key', 'system', 'pack', 'open', 'receipt'] as const

export const stickCommand = defineCommand({
  meta: { name: 'stick', description: 'Pack sealed sticks for the system, open and check them' },
  args: {
    ...commonArgs,
    action: {
      type: 'positional',
      required: true,
      description:
        'key FILE: a town’s key, under SESSHU_STICK_PASSPHRASE. system: whom to seal for, and who signs ' +
        'receipts. pack DIR FILE…: files onto an empty stick. open DIR: check it as the system would, and where ' +
        'none runs all that takes no key; with --key, write its answers into --out. receipt DIR: whether it may be erased',
    },
    municipality: { type: 'string', description: 'Of a new key: 6-digit code', valueHint: 'code' },
    key: { type: 'string', description: 'The town’s key file', valueHint: 'file' },
    to: {
      type: 'string',
      description: 'Whom to seal for, when no system runs here',
      valueHint: 'age1…',
    },
    'system-key': { type: 'string', description: 'Who signs receipts', valueHint: 'base64' },
    sequence: {
      type: 'string',
      description: 'Higher than the last; by default the time',
      valueHint: 'n',
    },
    expires: { type: 'string', description: 'Last day (default in 30 days)', valueHint: 'date' },
    mode: { type: 'string', description: 'full or difference (default)', valueHint: 'mode' },
    kind: {
      type: 'string',
      description: 'What the files are; else it is guessed',
      valueHint: 'layout',
    },
    out: { type: 'string', description: 'Where answers are written', valueHint: 'dir' },
  },
  run: async ({ args }) => {
    const dataDir = args['data-dir'] ?? DEFAULT_DATA_DIR
    const [action, ...rest] = args._
    const answer = await perform(dataDir, action ?? '', rest, args).catch(explain)
    process.stdout.write(`${args.json ? JSON.stringify(answer) : wordsOf(answer)}\n`)
    return exitCodes.ok
  },
})

type Flags = Partial<
  Record<
    'municipality' | 'key' | 'to' | 'sequence' | 'expires' | 'mode' | 'kind' | 'out',
    string | undefined
  >
> & { 'system-key'?: string | undefined }

async function perform(
  dataDir: string,
  action: string,
  [first, ...files]: string[],
  flags: Flags,
): Promise<object> {
  if (!(actions as readonly string[]).includes(action)) {
    throw usage(`"${action}" is no action.`, `It is one of ${actions.join(', ')}.`)
  }
  if (action === 'system') return await systemKeys(dataDir)
  if (first === undefined) throw usage('It is not said which.', `stick ${action} takes a path.`)
  const path = resolve(first)
  switch (action) {
    case 'key':
      if (!/^\d{6}$/.test(flags.municipality ?? '')) {
        throw usage('Whose key is not said.', 'Name it with --municipality CODE.')
      }
      return await makeKey(path, flags.municipality!)
    case 'pack':
      return await packWith(dataDir, path, files, flags)
    case 'receipt':
      return await checkReceipt(dataDir, path, flags['system-key'])
    default:
      if (flags.key === undefined) return await check(dataDir, path, flags.to)
      if (flags.out === undefined)
        throw usage('No place for the answers.', 'Name it with --out DIR.')
      return await openAnswers(path, flags.key, resolve(flags.out))
  }
}

async function packWith(
  dataDir: string,
  folder: string,
  files: string[],
  { key, to, sequence, expires, mode = 'difference', kind }: Flags,
): Promise<object> {
  if (files.length === 0) throw usage('No file is named.', 'stick pack DIR FILE…')
  if (key === undefined) throw usage('No key is named.', 'Name it with --key FILE.')
  if (mode !== 'full' && mode !== 'difference')
    throw usage('--mode is wrong.', 'full or difference.')
  if (sequence !== undefined && !/^[1-9]\d{0,8}$/.test(sequence)) {
    throw usage('--sequence is wrong.', 'A number from 1 to 999999999.')
  }
  if (expires !== undefined && !isPlainDate(expires)) {
    throw usage('--expires is no date.', 'Such as 2021-07-31.')
  }
  if (kind !== undefined && !(layoutKinds as readonly string[]).includes(kind)) {
    throw usage('--kind is no layout.', `One of ${layoutKinds.join(', ')}.`)
  }
  return await pack(dataDir, folder, files, {
    ...{ key, to, mode, kind: kind as LayoutKind | undefined },
    sequence: sequence === undefined ? undefined : Number(sequence),
    expires,
  })
}

function wordsOf(answer: object): string {
  return JSON.stringify(answer, null, 2)
}

/** Refusals in words, with what to do. */
function explain(error: unknown): never {
  if (!(error instanceof DomainError)) throw error
  const { title, detail, whatToDo } = problemText(
    error.code === 'keydAway' ? 'keysAway' : error.code,
    'en',
  )
  throw new CommandError(`${error.code}: ${title}. ${detail}`, whatToDo)
}

function usage(message: string, whatToDo: string): CommandError {
  return new CommandError(message, whatToDo, exitCodes.usage)
}
