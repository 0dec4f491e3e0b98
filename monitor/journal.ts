/**
 * Evidence of what left, read where it left: mails in the folder in which a mail server keeps a copy of
 * each that it took (`.eml`; of each the head alone is read), letters in the manifests of printed
 * batches. Neither says whom it went to, and nobody here asks.
 */
import { open, readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { dayOf } from './days.ts'
import type { Departure } from './facts.ts'

const headBytesAtMost = 16 * 1024
const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'
const dayForm = /^\d{4}-\d{2}-\d{2}$/

export type Journal = {
  /** Names of files that may be new, oldest first. */
  names(): Promise<string[]>
  /** What stands in one of them; nothing in a mail that is no notice (an alarm, a question of consent). */
  read(name: string): Promise<Departure[]>
}

/** Wall time into the clock that business lives by. */
type ToBusiness = (wallMs: number) => number

export function mailJournal(folder: string, toBusinessMs: ToBusiness): Journal {
  return {
    names: () => namesIn(folder, /^[^.].*\.eml$/),
    read: async (name) => {
      const path = join(folder, name)
      const mail = mailFrom(await headOf(path))
      if (!mail) return []
      const wallMs = mail.acceptedMs ?? (await stat(path)).mtimeMs
      const leftMs = Math.floor(toBusinessMs(wallMs))
      return [
        {
          source: name,
          channel: 'mail',
          noticeId: mail.noticeId,
          attemptId: mail.attemptId,
          leftOn: mail.leftOn ?? dayOf(leftMs),
          leftMs,
          pages: null,
          batchTown: null,
        },
      ]
    },
  }
}

async function headOf(path: string): Promise<string> {
  const file = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await file.read(
      Buffer.alloc(headBytesAtMost),
      0,
      headBytesAtMost,
      0,
    )
    const text = buffer.toString('latin1', 0, bytesRead)
    return text.split(/\r?\n\r?\n/, 1)[0]!
  } finally {
    await file.close()
  }
}

export type MailHead = {
  noticeId: string
  attemptId: string | null
  acceptedMs?: number
  leftOn?: string
}

/** Undefined for a mail that is no notice. A folded line goes on with a blank. */
export function mailFrom(head: string): MailHead | undefined {
  const lines = head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)
  const header = (name: string) =>
    lines
      .find((line) => line.toLowerCase().startsWith(`${name}:`))
      ?.slice(name.length + 1)
      .trim()
  const noticeId = header('x-sesshu-notice-id')?.toLowerCase()
  if (!noticeId || !new RegExp(`^${uuid}$`).test(noticeId)) return undefined
  const attemptId = new RegExp(uuid).exec(header('message-id')?.toLowerCase() ?? '')?.[0] ?? null
  const acceptedMs = Date.parse(header('x-sesshu-accepted-at') ?? header('date') ?? '')
  const leftOn = header('x-sesshu-campaign-date') ?? ''
  return {
    noticeId,
    attemptId,
    ...(Number.isFinite(acceptedMs) && { acceptedMs }),
    ...(dayForm.test(leftOn) && { leftOn }),
  }
}

export function letterJournal(folder: string): Journal {
  return {
    names: () => namesIn(folder, /^[^.].*\.manifest\.json$/),
    read: async (name) => lettersFrom(JSON.parse(await readFile(join(folder, name), 'utf8'))),
  }
}

type Manifest = {
  municipalityCode: string
  date: string
  sealedAt?: string
  letters: { letterId: string; noticeId: string; pages?: number; campaignDate?: string }[]
}

function lettersFrom({ municipalityCode, date, sealedAt, letters }: Manifest): Departure[] {
  const sealedMs = Date.parse(sealedAt ?? '')
  // Without the instant of its seal nothing told on that very day is held against a letter.
  const leftMs = Number.isFinite(sealedMs) ? sealedMs : Date.parse(`${date}T00:00:00+09:00`)
  return letters.map(({ letterId, noticeId, pages, campaignDate }) => ({
    source: letterId,
    channel: 'letter' as const,
    noticeId,
    attemptId: letterId,
    leftOn: campaignDate ?? date,
    leftMs,
    pages: pages ?? 1,
    batchTown: municipalityCode,
  }))
}

async function namesIn(folder: string, form: RegExp): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  return names.filter((name) => form.test(name)).sort()
}
