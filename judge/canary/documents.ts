/** Delivered mails and letters hold personal data by design: in their bodies, and nowhere else. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { simpleParser } from 'mailparser'
import { getDocument, VerbosityLevel } from 'pdfjs-dist/legacy/build/pdf.mjs'
import { type Marker, Needles } from './needles.ts'
import type { Leak } from './search.ts'

/** Markers in the heads of mails (but for the address it goes to) and in what PDFs say of themselves. */
export async function leaksInDocuments(dataDir: string, markers: Marker[]): Promise<Leak[]> {
  const needles = new Needles(markers)
  const leaks: Leak[] = []
  for (const name of await named(join(dataDir, 'mail'), '.eml')) {
    const heads = await mailHeads(join(dataDir, 'mail', name))
    leaks.push(...find(needles, `mail/${name}`, heads.others, 'mailHead'))
    leaks.push(...find(needles, `mail/${name}`, heads.to, 'mailHead').filter(isNotMail))
  }
  for (const folder of ['letters', 'sheets']) {
    for (const name of await named(join(dataDir, folder), '.pdf')) {
      const said = await pdfMetadata(join(dataDir, folder, name))
      leaks.push(...find(needles, `${folder}/${name}`, said, 'pdfMetadata'))
    }
  }
  return leaks
}

/** The `what` of markers that are mail addresses: the one thing that the head of a mail must say. */
export const mailMarker = 'mail'

function isNotMail({ what }: Leak): boolean {
  return what !== mailMarker
}

function find(needles: Needles, file: string, text: string, how: string): Leak[] {
  return [...needles.findIn(Buffer.from(text, 'utf8'))].map(({ needle, at }) => {
    return { file, at, what: needle.marker.what, how }
  })
}

/** As they stand and as a mail program decodes them. */
async function mailHeads(path: string): Promise<{ to: string; others: string }> {
  const bytes = await readFile(path)
  const parsed = await simpleParser(bytes)
  const raw = parsed.headerLines.map(({ key, line }) => ({ key, line }))
  const isTo = ({ key }: { key: string }) => key === 'to' || key === 'delivered-to'
  const decoded = [parsed.subject, parsed.from?.text, parsed.messageId, parsed.replyTo?.text]
  return {
    to: `${raw
      .filter(isTo)
      .map(({ line }) => line)
      .join('\n')}\n${[parsed.to ?? []]
      .flat()
      .map(({ text }) => text)
      .join('\n')}`,
    others: [...raw.filter((head) => !isTo(head)).map(({ line }) => line), ...decoded].join('\n'),
  }
}

async function pdfMetadata(path: string): Promise<string> {
  const task = getDocument({
    data: new Uint8Array(await readFile(path)),
    verbosity: VerbosityLevel.ERRORS,
  })
  try {
    const document = await task.promise
    const { info, metadata } = await document.getMetadata()
    const outline = await document.getOutline()
    const attachments = await document.getAttachments()
    return JSON.stringify([
      info,
      metadata?.getRaw?.(),
      outline,
      attachments && Object.keys(attachments),
    ])
  } finally {
    await task.destroy()
  }
}

async function named(folder: string, ending: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  return names.filter((name) => name.endsWith(ending)).sort()
}
