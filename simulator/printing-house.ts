/**
 * The printing house of a demo: takes a batch from the folder that is handed to it, prints and posts it,
 * and reads back the mark of every sheet. By files and HTTP alone, signed in as a printer would be.
 */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { StaffCredential } from './credentials.ts'
import { type Session, send, signIn } from './staff-session.ts'

const lookEveryMs = 50
const ending = '.manifest.json'

const manifestSchema = z.object({
  municipalityCode: z.string(),
  date: z.string(),
  letters: z.array(z.object({ mark: z.string(), pages: z.number() })),
  totals: z.object({ pages: z.number() }),
})
type Manifest = z.output<typeof manifestSchema>

export type PrintingHouse = { stop(): Promise<void> }

export type PrintingOptions = {
  apiUrl: string
  dataDir: string
  printer: StaffCredential
  onTrouble?: (words: string) => void
}

/** Works until it is stopped. What it could not do it tries again: a batch lies there until it is posted. */
export function openPrintingHouse(options: PrintingOptions): PrintingHouse {
  const closing = new AbortController()
  const done = new Set<string>()
  let session: Session | undefined
  const work = async () => {
    while (!closing.signal.aborted) {
      for (const name of await batchesIn(options.dataDir, done)) {
        try {
          session ??= await signIn(options.apiUrl, options.printer, closing.signal)
          if (await handle(session, name)) done.add(name)
        } catch (error) {
          session = undefined
          if (!closing.signal.aborted) options.onTrouble?.((error as Error).message)
        }
      }
      await sleep(lookEveryMs, undefined, { signal: closing.signal }).catch(() => {})
    }
  }
  const working = work()
  return {
    async stop() {
      closing.abort()
      await working
    },
  }
}

/** Paths of the manifests: where one stands, the batch is whole. */
async function batchesIn(dataDir: string, done: Set<string>): Promise<string[]> {
  const root = join(dataDir, 'print')
  const towns = await readdir(root).catch(() => [])
  const names: string[] = []
  for (const town of towns) {
    for (const name of await readdir(join(root, town)).catch(() => [])) {
      const path = join(root, town, name)
      if (name.endsWith(ending) && !done.has(path)) names.push(path)
    }
  }
  return names.sort()
}

/** False when it cannot be done yet: the batch's own rows may follow its files by a moment. */
async function handle(session: Session, path: string): Promise<boolean> {
  const text = await readFile(path, 'utf8').catch(() => undefined)
  // Taken away meanwhile: it is accounted for, or was withdrawn.
  if (text === undefined) return true
  const manifest = manifestSchema.parse(JSON.parse(text))
  const batch = `/api/v1/batches/${manifest.municipalityCode}/${manifest.date}`
  const reading = { readingId: readingOf(text), marks: marksOf(manifest) }
  if (reading.marks.length === 0) return true
  const read = await send(session, 'POST', `${batch}/marks`, reading)
  const refused = await codeOf(read)
  if (refused === 'batchIsPosted') return true
  if (refused) return giveUpOrWait(refused)
  const told = { printedPages: manifest.totals.pages, postedOn: dayOf(read) }
  const notYet = await codeOf(await send(session, 'POST', `${batch}/reconcile`, told))
  return notYet ? giveUpOrWait(notYet) : true
}

/** Of this very manifest: told again after a lost answer, it is the same reading. */
function readingOf(manifest: string): string {
  const hex = createHash('sha256').update(manifest).digest('hex')
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
  ]
  return [...parts, hex.slice(20, 32)].join('-')
}

const tokyoOffsetMs = 9 * 3_600_000

/** The campaign day of an answer. */
function dayOf(answer: Response): string {
  const at = Date.parse(answer.headers.get('sesshu-campaign-at') ?? '') || Date.now()
  return new Date(at + tokyoOffsetMs).toISOString().slice(0, 10)
}

function marksOf({ letters }: Manifest): string[] {
  return letters.flatMap(({ mark, pages }) =>
    Array.from({ length: pages }, (_, at) => `${mark}/${at + 1}/${pages}`),
  )
}

async function codeOf(answer: Response): Promise<string | undefined> {
  if (answer.ok) {
    await answer.body?.cancel()
    return undefined
  }
  const { code } = (await answer.json().catch(() => ({}))) as { code?: string }
  return code ?? `status${answer.status}`
}

function giveUpOrWait(code: string): false {
  if (code === 'batchNotPrinted') return false
  throw new Error(`The printing house was refused: ${code}.`)
}
