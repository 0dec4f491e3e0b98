import { stripVTControlCharacters } from 'node:util'
import { renderUsage, runCommand } from 'citty'
import { type AnyCommand, CommandError, exitCodes } from './common.ts'
import { rejectUnknownFlags } from './flags.ts'

type Entry = { describe: string; load: () => Promise<AnyCommand> }

// Loaded on demand: `--help` must not wait for Temporal's and PostgreSQL's clients.
const commands: Record<string, Entry> = {
  start: {
    describe: 'Bring everything up and replay the sample campaign (npm start)',
    load: async () => (await import('./commands/start.ts')).startCommand,
  },
  up: {
    describe: 'Run the system; its state survives restarts',
    load: async () => (await import('./commands/up.ts')).upCommand,
  },
  demo: {
    describe: 'Replay a campaign in a folder of its own and judge it',
    load: async () => (await import('./commands/demo.ts')).demoCommand,
  },
  canary: {
    describe: 'Search what a marked demo left behind for the words of its people',
    load: async () => (await import('./commands/canary.ts')).canaryCommand,
  },
  forecast: {
    describe: 'Say which doses count and when the next is due',
    load: async () => (await import('./commands/forecast.ts')).forecastCommand,
  },
  scan: {
    describe: 'Record one scan in the running system and say what became of it',
    load: async () => (await import('./commands/scan.ts')).scanCommand,
  },
  import: {
    describe: 'Read a municipal file, compare it with the register, apply it if told to',
    load: async () => (await import('./commands/import.ts')).importCommand,
  },
  stick: {
    describe: 'Pack sealed sticks for the system, open and check them',
    load: async () => (await import('./commands/stick.ts')).stickCommand,
  },
  course: {
    describe: 'Show one course: its facts, doses, notices and its run',
    load: async () => (await import('./commands/course.ts')).courseCommand,
  },
  ready: {
    describe: 'Say what a municipality has and lacks before it begins',
    load: async () => (await import('./commands/ready.ts')).readyCommand,
  },
  account: {
    describe: 'Make, shut or list the accounts of staff',
    load: async () => (await import('./commands/account.ts')).accountCommand,
  },
  evidence: {
    describe: 'Write or verify the evidence for a municipality’s assessment',
    load: async () => (await import('./commands/evidence.ts')).evidenceCommand,
  },
  reconcile: {
    describe: 'Compare the database with Temporal, and bring courses back',
    load: async () => (await import('./commands/reconcile.ts')).reconcileCommand,
  },
  backup: {
    describe: 'Copy the running database into a folder, whole',
    load: async () => (await import('./commands/backup.ts')).backupCommand,
  },
  restore: {
    describe: 'Bring a backup back as a new data dir',
    load: async () => (await import('./commands/restore.ts')).restoreCommand,
  },
  ledger: {
    describe: 'Write the access ledger into one file, or check such a file',
    load: async () => (await import('./commands/ledger.ts')).ledgerCommand,
  },
  witness: {
    describe: 'Follow the access ledger of a system from outside',
    load: async () => (await import('./commands/witness.ts')).witnessCommand,
  },
  keys: {
    describe: 'Show keys, renew a municipality’s, destroy an old one, erase people',
    load: async () => (await import('./commands/keys.ts')).keysCommand,
  },
  disclose: {
    describe: 'Write down everything held about one person, for them',
    load: async () => (await import('./commands/disclose.ts')).discloseCommand,
  },
  erase: {
    describe: 'Destroy one person’s key: nobody reads their data again',
    load: async () => (await import('./commands/erase.ts')).eraseCommand,
  },
  bench: {
    describe: 'Measure scans or courses per second on this machine',
    load: async () => (await import('./commands/bench.ts')).benchCommand,
  },
  doctor: {
    describe: 'Check this machine and a running system, and say what to do',
    load: async () => (await import('./commands/doctor.ts')).doctorCommand,
  },
}

export const commandNames = Object.keys(commands)

/** Runs one command line (without `node` and the script) and answers the exit code. */
export async function main(args: string[]): Promise<number> {
  endQuietlyWhenNobodyReads()
  try {
    return await dispatch(args)
  } catch (error) {
    return report(error)
  }
}

async function dispatch(args: string[]): Promise<number> {
  const name = args[0]
  if (name === undefined || isHelp(name)) {
    process.stdout.write(usage())
    return name === undefined ? exitCodes.usage : exitCodes.ok
  }
  const command = await find(name).load()
  const rest = args.slice(1)
  if (beforeSeparator(rest).some(isHelp)) {
    const text = await renderUsage(command, { meta: { name: 'npx sesshu' } })
    process.stdout.write(`${process.stdout.isTTY ? text : stripVTControlCharacters(text)}\n`)
    return exitCodes.ok
  }
  await rejectUnknownFlags(name, command, beforeSeparator(rest))
  const { result } = await runCommand(command, { rawArgs: rest })
  if (typeof result === 'number') return result
  return Number(process.exitCode ?? exitCodes.ok)
}

function find(name: string): Entry {
  if (Object.hasOwn(commands, name)) return commands[name] as Entry
  throw new CommandError(
    `There is no command '${name}'.`,
    'Run npx sesshu --help for the list.',
    exitCodes.usage,
  )
}

function usage(): string {
  const width = Math.max(...commandNames.map((name) => name.length))
  const lines = Object.entries(commands).map(
    ([name, { describe }]) => `  ${name.padEnd(width)}  ${describe}`,
  )
  return [
    'sesshu (接種): a vaccination dose-scheduling engine',
    '',
    'Usage: npx sesshu <command> [options]',
    '',
    ...lines,
    '',
    'Every command has --json, --data-dir <path> and --help.',
    'Exit codes: 0 done, 1 failed or done in part, 2 wrong usage, 3 judged wrong.',
    '',
  ].join('\n')
}

function report(error: unknown): number {
  if (error instanceof CommandError) {
    process.stderr.write(`${error.message} ${error.whatToDo}\n`)
    return error.exitCode
  }
  // citty does not export its own error class.
  if (error instanceof Error && error.name === 'CLIError') {
    process.stderr.write(`${error.message}. Add --help to see what the command takes.\n`)
    return exitCodes.usage
  }
  const shown = error instanceof Error ? error : new Error(String(error))
  const detail = process.env.SESSHU_DEBUG ? `${shown.stack}\n` : ''
  process.stderr.write(
    `Unexpected: ${shown.message} Set SESSHU_DEBUG=1 to see where it came from.\n${detail}`,
  )
  return exitCodes.failure
}

function isHelp(arg: string): boolean {
  return arg === '--help' || arg === '-h'
}

function beforeSeparator(args: string[]): string[] {
  const separator = args.indexOf('--')
  return separator === -1 ? args : args.slice(0, separator)
}

// `sesshu … | head` closes the pipe early; that is no failure of ours.
function endQuietlyWhenNobodyReads(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(exitCodes.ok)
    throw error
  })
}
