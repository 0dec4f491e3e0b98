/**
 * The told file: one JSON line per fact that the system acknowledged, appended the moment the answer
 * came. What stands here the system knew; what stands only in the truth it could not know.
 */
import { type FileHandle, open, readFile } from 'node:fs/promises'
import { z } from 'zod'

export const toldLine = z.object({
  factId: z.string(),
  kind: z.string(),
  /** Empty for what concerns no single person, such as a wave. */
  personId: z.string(),
  /** Which part of the person's truth it tells: `doses/0`, `residences/1`, `death` … */
  ref: z.string(),
  /** Campaign instant from which on it was told; it may have been written down any time since. */
  dueAt: z.iso.datetime({ offset: true }).optional(),
  /** Campaign instant of the answer, from its `Sesshu-Campaign-At` header. */
  campaignAt: z.iso.datetime({ offset: true }),
  wallAt: z.iso.datetime({ offset: true }),
  verdict: z.string().optional(),
  /** The code of a refusal: nothing was written, so the system knows nothing of it. */
  refused: z.string().optional(),
})
export type ToldLine = z.infer<typeof toldLine>

export const toldFileName = 'told.jsonl'
const longestLineBytes = 4_096

export type ToldWriter = { append(line: ToldLine): Promise<void>; close(): Promise<void> }

export async function openTold(path: string): Promise<ToldWriter> {
  const file: FileHandle = await open(path, 'a+')
  await dropCutLine(file)
  // Appends are handed to the file one at a time, so that no two lines can run into each other.
  let last: Promise<unknown> = Promise.resolve()
  return {
    append(line) {
      const written = last.then(() => file.appendFile(`${JSON.stringify(line)}\n`))
      last = written.catch(() => {})
      return written
    },
    async close() {
      await last
      await file.close()
    },
  }
}

/** Every whole line; a last line cut short by a crash is left out, and its fact is told again. */
export async function readTold(path: string): Promise<ToldLine[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  return whole
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => toldLine.parse(JSON.parse(line)))
}

async function dropCutLine(file: FileHandle): Promise<void> {
  const { size } = await file.stat()
  const tail = Buffer.alloc(Math.min(size, longestLineBytes))
  await file.read(tail, 0, tail.length, size - tail.length)
  await file.truncate(size - tail.length + tail.lastIndexOf('\n') + 1)
}
