import { resolve } from 'node:path'
import { defineCommand } from 'citty'
import { DEFAULT_DATA_DIR } from '../../config/data-dir.ts'
import { createLog } from '../../config/log.ts'
import { WitnessRefusal } from '../../ledger/witness.ts'
import { WitnessFileError } from '../../ledger/witness-file.ts'
import { WitnessFolderError } from '../../ledger/witness-folder.ts'
import { runWitness, type WitnessEnd } from '../../ledger/witness-run.ts'
import { CommandError, commonArgs, exitCodes } from '../common.ts'

const defaultSeconds = 60

export const witnessCommand = defineCommand({
  meta: {
    name: 'witness',
    description: 'Follow the access ledger of a system from outside, and co-sign what continues',
  },
  args: {
    ...commonArgs,
    url: {
      type: 'string',
      required: true,
      description: 'The system, such as https://vaccination.example.jp',
      valueHint: 'url',
    },
    dir: {
      type: 'string',
      required: true,
      description: 'The witness’s own folder, never inside a data dir; best on another machine',
      valueHint: 'path',
    },
    'log-key': {
      type: 'string',
      description:
        'The log’s public key (ledger.pub), when you know it; else the first one is kept',
      valueHint: 'key',
    },
    every: {
      type: 'string',
      description: `Seconds between two looks (default ${defaultSeconds})`,
      valueHint: 'seconds',
    },
    once: { type: 'boolean', description: 'Look once, then end' },
  },
  run: async ({ args }) => {
    const stopping = new AbortController()
    process.once('SIGTERM', () => stopping.abort())
    process.once('SIGINT', () => stopping.abort())
    const once = args.once ?? false
    const end = await runWitness({
      url: urlFrom(args.url),
      dir: resolve(args.dir),
      systemDataDir: args['data-dir'] ?? DEFAULT_DATA_DIR,
      ...(args['log-key'] && { logKey: args['log-key'] }),
      everyMs: secondsFrom(args.every) * 1_000,
      once,
      log: createLog({ name: 'witness', level: process.env.LOG_LEVEL || (once ? 'warn' : 'info') }),
      signal: stopping.signal,
    }).catch(explain)
    return tell(end, once, args.json ?? false)
  },
})

function tell(end: WitnessEnd, once: boolean, json: boolean): number {
  if (once && end.isAway) {
    throw new CommandError('The log did not answer.', 'Check --url, and that the system runs.')
  }
  const words = `Co-signed ${end.cosigned} heads; the witness has now seen ${end.size} rows.`
  process.stdout.write(json ? `${JSON.stringify(end)}\n` : `${words}\n`)
  return exitCodes.ok
}

function explain(error: unknown): never {
  if (error instanceof WitnessRefusal) {
    const row = error.seq === undefined ? '' : ` The first row in question is ${error.seq}.`
    const isForGood = error.reason === 'fork' || error.reason === 'shrunken'
    throw new CommandError(
      `The log was refused (${error.reason}): ${error.message}${row}`,
      isForGood
        ? 'Both heads lie in refused.json of the witness’s folder: tell the authority, and compare with npx sesshu ledger verify.'
        : 'Check --url. If it is right, tell the authority: the log has changed its name or key.',
      exitCodes.judgedWrong,
    )
  }
  if (error instanceof WitnessFolderError) throw new CommandError(error.message, error.whatToDo)
  if (error instanceof WitnessFileError) {
    throw new CommandError(error.message, 'Bring back the file as it was, or begin a new folder.')
  }
  throw error
}

function urlFrom(text: string): string {
  if (URL.canParse(text) && /^https?:/.test(text)) return text
  throw new CommandError(
    `--url takes an address, not "${text}".`,
    'Such as http://127.0.0.1:8720.',
    exitCodes.usage,
  )
}

function secondsFrom(text: string | undefined): number {
  if (text === undefined) return defaultSeconds
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text)
  throw new CommandError(`--every takes seconds, not "${text}".`, 'Such as 60.', exitCodes.usage)
}
