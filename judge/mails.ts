import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type ParsedMail, simpleParser } from 'mailparser'
import { type LeftNotice, type NoticeName, noticeNames, withoutBlanks } from './left-notice.ts'

/** Every `.eml` of the folder. Throws when one does not say what it is. */
export async function readMails(folder: string): Promise<LeftNotice[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  const mails: LeftNotice[] = []
  for (const name of names.sort()) {
    if (!name.endsWith('.eml') || name.startsWith('.')) continue
    mails.push(mailOf(await simpleParser(await readFile(join(folder, name))), name))
  }
  return mails
}

function mailOf(mail: ParsedMail, source: string): LeftNotice {
  const header = (name: string): string => {
    const value = mail.headers.get(name)
    if (typeof value === 'string') return value
    throw new Error(`${source} has no header ${name}.`)
  }
  const isEarly = mail.headers.get('x-sesshu-phase') === 'preDue'
  const kind = nameOf(isEarly ? 'preDue' : header('x-sesshu-kind'), source)
  const acceptedMs = Date.parse(header('x-sesshu-accepted-at'))
  if (Number.isNaN(acceptedMs)) throw new Error(`${source} does not say when it was accepted.`)
  const to = [mail.to ?? []].flat().flatMap((field) => field.value)
  return {
    channel: 'mail',
    source,
    noticeId: header('x-sesshu-notice-id'),
    kind,
    round: Number(header('x-sesshu-round')),
    day: header('x-sesshu-campaign-date'),
    left: { wallMs: acceptedMs },
    ...(mail.messageId && { messageId: mail.messageId }),
    mailTo: to.length === 1 ? (to[0]?.address ?? '').toLowerCase() : '',
    text: withoutBlanks(mail.text ?? ''),
  }
}

function nameOf(word: string, source: string): NoticeName {
  const name = noticeNames.find((one) => one === word)
  if (!name) throw new Error(`${source} is of the unknown kind ${word}.`)
  return name
}
