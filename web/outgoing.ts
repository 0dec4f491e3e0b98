/**
 * What a demo has sent, as it lies on disk. Only names found by listing the two folders are ever
 * opened, so that no request can name any other file.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { DataDir } from '../config/data-dir.ts'
import { openPlainFile, readPlainFile } from './read-file.ts'

const listedAtMost = 100
const headBytes = 8_192
const fileBytesAtMost = 64 * 1024 * 1024

export type Mail = {
  file: string
  noticeId: string
  kind: string
  round: number
  campaignOn: string
  acceptedAt: string
}

const manifestSchema = z.object({
  municipalityCode: z.string(),
  date: z.string(),
  letters: z
    .array(
      z.object({
        noticeId: z.string(),
        kind: z.string(),
        round: z.number(),
        page: z.number(),
      }),
    )
    .max(100_000),
})
export type Batch = z.output<typeof manifestSchema> & { file: string }

export type Listed<T> = { total: number; shown: T[] }

/** Newest first: a mail's name begins with the moment at which it was accepted. */
export async function listMails(dir: DataDir): Promise<Listed<Mail>> {
  // The sink names a mail by its notice: a question whether an address may be written to has none.
  const names = (await namesIn(dir.mail, '.eml')).filter((name) => !name.endsWith('-unknown.eml'))
  const shown = await Promise.all(
    names.slice(0, listedAtMost).map((name) => readHead(join(dir.mail, name), name)),
  )
  return { total: names.length, shown }
}

/** Newest first, by the day of the batch. */
export async function listBatches(dir: DataDir): Promise<Listed<Batch>> {
  const names = (await namesIn(dir.letters, '.pdf')).sort((a, b) => (dayOf(a) < dayOf(b) ? 1 : -1))
  const shown = await Promise.all(
    names.slice(0, listedAtMost).map(async (file) => {
      const path = join(dir.letters, file.replace(/\.pdf$/, '.manifest.json'))
      const manifest = await readFile(path, 'utf8')
        .then((text) => manifestSchema.parse(JSON.parse(text)))
        // Written last: a batch without one is still being printed.
        .catch(() => undefined)
      return manifest && { ...manifest, file }
    }),
  )
  return { total: names.length, shown: shown.filter((batch) => batch !== undefined) }
}

/** The bytes of a mail or of a batch of letters; undefined unless the folder lists that very name. */
export async function readOutgoing(
  dir: DataDir,
  kind: 'mail' | 'letters',
  name: string,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const folder = dir[kind]
  const known = await namesIn(folder, kind === 'mail' ? '.eml' : '.pdf')
  if (!known.includes(name)) return undefined
  return readPlainFile(await openPlainFile(join(folder, name)), fileBytesAtMost)
}

/** Last name first. Hidden files are unfinished ones. */
async function namesIn(folder: string, ending: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  return entries
    .filter((e) => e.isFile() && e.name.endsWith(ending) && !e.name.startsWith('.'))
    .map((e) => e.name)
    .sort()
    .reverse()
}

function dayOf(name: string): string {
  return name.slice(-'2021-06-09.pdf'.length)
}

async function readHead(path: string, file: string): Promise<Mail> {
  const head = await firstBytes(path)
  const value = (name: string) => {
    const line = new RegExp(`^${name}: (.*)\r?$`, 'im').exec(head)
    return line?.[1]?.trim() ?? ''
  }
  return {
    file,
    noticeId: value('X-Sesshu-Notice-Id'),
    kind: value('X-Sesshu-Kind'),
    round: Number(value('X-Sesshu-Round')) || 1,
    campaignOn: value('X-Sesshu-Campaign-Date'),
    acceptedAt: value('X-Sesshu-Accepted-At'),
  }
}

async function firstBytes(path: string): Promise<string> {
  const file = await openPlainFile(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0)
    const text = buffer.subarray(0, bytesRead).toString('latin1')
    return text.split(/\r?\n\r?\n/, 1)[0] ?? ''
  } finally {
    await file.close()
  }
}
