import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { getDocument, VerbosityLevel } from 'pdfjs-dist/legacy/build/pdf.mjs'
import { instantOf } from './days.ts'
import { type LeftNotice, type NoticeName, withoutBlanks } from './left-notice.ts'

/** `通知番号 <uuid> / R1 / 2021-07-05 [/ <seal instant>]`, blanks taken out. */
const footLine =
  /通知番号([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/([RPMLI])(\d)\/(\d{4}-\d{2}-\d{2})(?:\/(\d{4}-\d{2}-\d{2}T[\d:.]+Z))?/

const namesByMark = {
  R: 'reminder',
  P: 'preDue',
  M: 'relocationNotice',
  L: 'lotRecall',
  I: 'invitation',
} as const satisfies Record<string, NoticeName>

export type Letters = { notices: LeftNotice[]; pages: number }

/** Every letter of every PDF in the folder. Throws when a page does not say what it is. */
export async function readLetters(folder: string): Promise<Letters> {
  const letters: Letters = { notices: [], pages: 0 }
  for (const name of (await namesIn(folder)).filter((one) => one.endsWith('.pdf'))) {
    const texts = await pageTexts(await readFile(join(folder, name)))
    letters.pages += texts.length
    letters.notices.push(...letterPages(texts, name))
  }
  return letters
}

/** A page without the foot line belongs to the letter that the next foot line closes. */
function letterPages(texts: string[], file: string): LeftNotice[] {
  const notices: LeftNotice[] = []
  let before = ''
  for (const [i, text] of texts.entries()) {
    const whole = before + text
    const foot = footLine.exec(text)
    if (!foot) {
      before = whole
      continue
    }
    notices.push(letterOf(foot, whole, `${file}#${i + 1}`))
    before = ''
  }
  if (before !== '') throw new Error(`${file}: the last page has no line that says what it is.`)
  return notices
}

/** Without the instant of its seal nothing told on that very day is held against a letter. */
function letterOf(foot: RegExpExecArray, text: string, source: string): LeftNotice {
  const [, noticeId = '', mark, round, day = '', sealedAt] = foot
  return {
    channel: 'letter',
    source,
    noticeId,
    kind: namesByMark[mark as keyof typeof namesByMark],
    round: Number(round),
    day,
    left: { campaignMs: sealedAt ? Date.parse(sealedAt) : instantOf(day) },
    text,
  }
}

async function pageTexts(pdf: Buffer): Promise<string[]> {
  const task = getDocument({ data: new Uint8Array(pdf), verbosity: VerbosityLevel.ERRORS })
  const document = await task.promise
  try {
    const texts: string[] = []
    for (let number = 1; number <= document.numPages; number += 1) {
      const page = await document.getPage(number)
      const { items } = await page.getTextContent()
      texts.push(withoutBlanks(items.map((item) => ('str' in item ? item.str : '')).join('')))
      page.cleanup()
    }
    return texts
  } finally {
    await task.destroy()
  }
}

async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  return names.sort()
}
