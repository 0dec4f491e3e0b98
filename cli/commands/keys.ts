import { defineCommand } from 'citty'
import { type DataDir, DEFAULT_DATA_DIR, dataDirAt } from '../../config/data-dir.ts'
import { DomainError } from '../../domain/errors.ts'
import { problemText } from '../../i18n/problems.ts'
import type { KeydClient } from '../../vault/keyd-client.ts'
import { CommandError, commonArgs, exitCodes } from '../common.ts'
import { connectKeyd } from '../keyd.ts'

const actions = ['status', 'rotate', 'destroy', 'erase'] as const
type Action = (typeof actions)[number]

export const keysCommand = defineCommand({
  meta: {
    name: 'keys',
    description: 'Show keys, renew a municipality’s, destroy an old one, erase people',
  },
  args: {
    ...commonArgs,
    action: {
      type: 'positional',
      required: true,
      description:
        'status: versions and the heads of both lists. rotate: a new key, and every resident’s key ' +
        'under it. destroy: a version that nothing refers to any more. erase: the keys of people, for ever',
    },
    municipality: { type: 'string', description: 'Its 6-digit code', valueHint: 'code' },
    version: { type: 'string', description: 'The version to destroy', valueHint: 'n' },
    residents: { type: 'string', description: 'Ids of whom to erase, by commas', valueHint: 'ids' },
    reason: { type: 'string', description: 'Code of why, such as retention', valueHint: 'code' },
    approval: {
      type: 'string',
      description: 'The approval in which two people agreed to exactly that',
      valueHint: 'id',
    },
  },
  run: ({ args }) =>
    withKeyd(dataDirAt(args['data-dir'] ?? DEFAULT_DATA_DIR), (keyd) =>
      perform(keyd, args.action as Action, args),
    ),
})

type Flags = {
  municipality?: string | undefined
  version?: string | undefined
  residents?: string | undefined
  reason?: string | undefined
  approval?: string | undefined
}

async function perform(keyd: KeydClient, action: Action, flags: Flags): Promise<object> {
  const { municipality, version, approval } = flags
  if (action === 'status') {
    return await keyd.ask('status', municipality ? { municipalityCode: municipality } : {})
  }
  if (!actions.includes(action)) {
    throw usage(`"${action}" is no action.`, `It is one of ${actions.join(', ')}.`)
  }
  if (!municipality) throw usage('Whose key is not said.', 'Name it with --municipality CODE.')
  if (action === 'rotate') return await rotate(keyd, municipality)
  if (action === 'erase') return await erase(keyd, municipality, flags)
  if (!version || !approval) {
    throw usage('A key is not destroyed like that.', 'Name --version N and --approval ID.')
  }
  const asked = { municipalityCode: municipality, version: Number(version) }
  return await keyd.ask('destroyVersion', { ...asked, approvalId: approval })
}

/**
 * As many at once as one approval names: its subject is made of exactly these ids (`erasureSubject`). One
 * person is erased by `npx sesshu erase`, which asks the two people itself.
 */
async function erase(keyd: KeydClient, municipalityCode: string, flags: Flags): Promise<object> {
  const { residents = '', reason, approval } = flags
  const residentIds = [...new Set(residents.toLowerCase().split(',').filter(Boolean))]
  if (residentIds.length === 0 || !reason || !approval) {
    throw usage(
      'Nobody is erased like that.',
      'Name --residents ID,ID…, --reason CODE and --approval ID.',
    )
  }
  return await keyd.ask('erase', { municipalityCode, residentIds, reason, approvalId: approval })
}

function usage(message: string, whatToDo: string): CommandError {
  return new CommandError(message, whatToDo, exitCodes.usage)
}

/** Interrupted at any point, it goes on where it stopped: nothing is renewed before all is rewrapped. */
async function rotate(keyd: KeydClient, municipalityCode: string) {
  const before = await keyd.ask('status', { municipalityCode })
  const versions = before.versions[municipalityCode] ?? []
  const pending = versions.length > 1 ? await rewrapAll(keyd, municipalityCode) : 0
  // Keys of an older version were still there: that rotation is finished now, and is not made again.
  if (pending === 0) {
    await keyd.ask('rotate', { municipalityCode, from: versions.at(-1) ?? 1 })
    await rewrapAll(keyd, municipalityCode)
  }
  const after = await keyd.ask('status', { municipalityCode })
  return { municipalityCode, versions: after.versions[municipalityCode] ?? [] }
}

async function rewrapAll(keyd: KeydClient, municipalityCode: string): Promise<number> {
  let rewrapped = 0
  for (;;) {
    const slice = await keyd.ask('rewrapTown', { municipalityCode })
    rewrapped += slice.rewrapped
    process.stderr.write(`${rewrapped} keys are under version ${slice.version}\n`)
    if (slice.isDone) return rewrapped
  }
}

async function withKeyd(
  dir: DataDir,
  work: (keyd: KeydClient) => Promise<object>,
): Promise<number> {
  const keyd = await connectKeyd(
    dir,
    'keys',
    'Start the system first: npx sesshu up. Or name its data dir with --data-dir.',
  )
  try {
    process.stdout.write(`${JSON.stringify(await work(keyd))}\n`)
    return exitCodes.ok
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    const { detail, whatToDo } = problemText(error.code, 'en')
    throw new CommandError(`${error.code}: ${detail}`, whatToDo)
  } finally {
    keyd.close()
  }
}
