import { createReadStream, statSync } from 'node:fs'
import { basename } from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { defineCommand } from 'citty'
import { z } from 'zod'
import { importTokenName } from '../../auth/machines.ts'
import { DEFAULT_DATA_DIR } from '../../config/data-dir.ts'
import { importStates } from '../../domain/import.ts'
import { layoutKinds } from '../../domain/municipal-file.ts'
import { importsEn } from '../../i18n/pages-imports-en.ts'
import { CommandError, commonArgs, exitCodes } from '../common.ts'
import { acceptFirstPlan } from '../first-plan.ts'
import { withSystem } from '../import-system.ts'
import type { ApiTarget } from '../servers.ts'

const lookEveryMs = 250
const tellEveryMs = 2_000

const value = (description: string, valueHint: string) =>
  ({ type: 'string', description, valueHint }) as const

export const importCommand = defineCommand({
  meta: {
    name: 'import',
    description: 'Read a municipal file, compare it, and apply it if told to',
  },
  args: {
    ...commonArgs,
    file: {
      type: 'positional',
      required: true,
      description: 'The file: CSV, TSV, fixed width or xlsx',
    },
    municipality: { ...value('Whose file it is, 6 digits', 'code'), required: true },
    mode: {
      type: 'enum',
      options: ['full', 'difference'],
      default: 'full',
      description: 'Whether it names everybody, or only who changed',
    },
    kind: {
      type: 'enum',
      options: [...layoutKinds],
      description: 'What it is; otherwise that is found out',
    },
    apply: {
      type: 'boolean',
      description: 'Apply it when nothing in it needs a decision; an import can be undone',
    },
    'accept-layout': {
      type: 'boolean',
      description: 'A new layout is read as it was guessed; --apply means it too',
    },
  },
  run: async ({ args }) => {
    const dataDir = args['data-dir'] ?? DEFAULT_DATA_DIR
    assertFile(args.file)
    const asked = {
      file: args.file,
      municipality: args.municipality,
      mode: args.mode,
      ...(args.kind && { kind: args.kind }),
    }
    const applies = args.apply ?? false
    const how = { applies, acceptsLayout: applies || (args['accept-layout'] ?? false) }
    const work = async (api: ApiTarget) => {
      const outcome = await importFile(api, asked, how)
      const line = lineOf(args.file, outcome)
      process.stdout.write(args.json ? `${JSON.stringify(line)}\n` : wordsOf(line))
      return outcome.isWhole ? exitCodes.ok : exitCodes.failure
    }
    return await withSystem(dataDir, importTokenName, tell, work, async (ownerUrl) => {
      if (!applies || !(await acceptFirstPlan(ownerUrl, asked.municipality))) return
      tell(
        `Nobody has an account here yet: the supervisory plan is accepted for ${asked.municipality}.`,
      )
    })
  },
})

function tell(line: string): void {
  process.stderr.write(`${line}\n`)
}

function assertFile(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found?.isFile()) return
  throw new CommandError(`${path} is no file.`, 'Name the file to import.', exitCodes.usage)
}

const count = z.number()
const importSchema = z.object({
  importId: z.string(),
  layout: z.string().nullable(),
  layoutState: z.string(),
  encoding: z.string().nullable(),
  state: z.enum(importStates),
  counts: z.object({
    rows: count,
    new: count,
    changed: count,
    same: count,
    needsDecision: count,
    rejected: count,
  }),
  applied: count,
  undecided: count,
  wish: z.string().nullable(),
  refusal: z.object({ code: z.string(), detail: z.string(), whatToDo: z.string() }).optional(),
  progress: z.object({ phase: z.string(), done: count, total: count, rows: count }).nullable(),
})
type Import = z.output<typeof importSchema>

const problemSchema = z.object({ code: z.string(), detail: z.string(), whatToDo: z.string() })

type Asked = { file: string; municipality: string; mode: string; kind?: string }
type How = { applies: boolean; acceptsLayout: boolean }
type Outcome = { found: Import; isWhole: boolean }

async function importFile(api: ApiTarget, asked: Asked, how: How): Promise<Outcome> {
  const importId = await bring(api, asked)
  let found = await untilSettled(api, importId)
  if (found.layoutState === 'guessed' || found.layoutState === 'needed') {
    found = await settleLayout(api, found, how)
  }
  if (found.state === 'refused' || found.state === 'failed') tellRefusal(found)
  if (found.state === 'reviewed' && how.applies) found = await apply(api, found)
  const { needsDecision, rejected } = found.counts
  const isApplied = found.state === 'applied'
  const isReviewed = found.state === 'reviewed' && found.layoutState === 'known'
  const isClean = rejected === 0 && (isApplied || needsDecision === 0)
  return { found, isWhole: isClean && (how.applies ? isApplied : isApplied || isReviewed) }
}

/** Streamed from the disk, as it is. Answers the id; of a file that was brought before, the first one's. */
async function bring(api: ApiTarget, asked: Asked): Promise<string> {
  const query = new URLSearchParams({
    municipality: asked.municipality,
    name: basename(asked.file),
    mode: asked.mode,
    ...(asked.kind && { kind: asked.kind }),
  })
  tell(`Sending ${asked.file} to ${api.url}`)
  const body = Readable.toWeb(createReadStream(asked.file)) as ReadableStream
  const answer = await call(api, `/imports?${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body,
    duplex: 'half',
  } as RequestInit)
  const received = z.object({ importId: z.string(), isRepeat: z.boolean() }).parse(answer)
  if (received.isRepeat) tell(importsEn.said.repeat)
  return received.importId
}

/** Until it is somebody's turn, or over. */
async function untilSettled(api: ApiTarget, importId: string): Promise<Import> {
  let toldAtMs = 0
  for (;;) {
    const found = importSchema.parse(await call(api, `/imports/${importId}`))
    const { state, progress } = found
    const isAsked = state === 'received' && found.layoutState === 'needed'
    const isUnderWay =
      ['received', 'reading', 'applying'].includes(state) ||
      (state === 'reviewed' && found.wish === 'apply')
    if (isAsked || !isUnderWay) return found
    if (progress && progress.total > 0 && performance.now() - toldAtMs > tellEveryMs) {
      toldAtMs = performance.now()
      const percent = ((100 * progress.done) / progress.total).toFixed(0)
      tell(`${progress.phase}: ${percent}%, ${progress.rows} rows`)
    }
    await sleep(lookEveryMs)
  }
}

async function settleLayout(api: ApiTarget, found: Import, how: How): Promise<Import> {
  if (found.layoutState === 'guessed' && how.acceptsLayout) {
    await call(api, `/imports/${found.importId}/profile`, jsonBody({ as: 'guessed' }))
    return await untilSettled(api, found.importId)
  }
  tell(
    found.layoutState === 'guessed'
      ? 'The layout is new to this municipality and was guessed. Confirm it on the page of this import, ' +
          'or give --accept-layout.'
      : 'It is not clear what the columns are. Say so on the page of this import, or try --kind.',
  )
  tell(`${api.url}/imports/${found.importId}`)
  return found
}

async function apply(api: ApiTarget, found: Import): Promise<Import> {
  if (found.layoutState !== 'known') return found
  if (found.undecided > 0) {
    tell(`${found.undecided} rows need a decision: ${api.url}/imports/${found.importId}`)
    return found
  }
  await call(api, `/imports/${found.importId}/apply`, { method: 'POST' })
  const applied = await untilSettled(api, found.importId)
  if (applied.state !== 'applied') tellRefusal(applied)
  return applied
}

function tellRefusal({ refusal, state }: Import): void {
  if (refusal) tell(`${refusal.detail} ${refusal.whatToDo} (${refusal.code})`)
  else tell(`The import is ${state}.`)
}

function jsonBody(body: unknown): RequestInit {
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }
}

async function call(api: ApiTarget, path: string, init: RequestInit = {}): Promise<unknown> {
  const headers = {
    authorization: `Bearer ${api.token}`,
    'accept-language': 'en',
    ...init.headers,
  }
  const response = await fetch(`${api.url}/api/v1${path}`, { ...init, headers }).catch((error) => {
    throw new CommandError(
      `${api.url} does not answer (${(error as Error).message}).`,
      'Nothing was applied. Look at log/api.log, and import the file again.',
    )
  })
  const answered: unknown = await response.json().catch(() => undefined)
  if (response.ok) return answered
  const { data } = problemSchema.safeParse(answered)
  throw new CommandError(
    data ? `${data.detail} (${data.code})` : `HTTP ${response.status}`,
    data?.whatToDo ?? 'Look at log/api.log.',
  )
}

type Line = {
  file: string
  layout: string | null
  encoding: string | null
  rows: number
  new: number
  changed: number
  same: number
  needsDecision: number
  rejected: number
  applied: number
}

function lineOf(file: string, { found }: Outcome): Line {
  const { layout, encoding, counts, applied } = found
  return { file, layout, encoding, ...counts, applied }
}

function wordsOf(line: Line): string {
  const { rows, same, needsDecision, rejected, applied } = line
  return [
    `${line.file}: ${line.layout ?? 'unknown layout'}, ${line.encoding ?? 'unknown encoding'}`,
    `${rows} rows: ${line.new} new, ${line.changed} changed, ${same} same, ` +
      `${needsDecision} to decide, ${rejected} rejected`,
    `${applied} applied`,
    '',
  ].join('\n')
}
