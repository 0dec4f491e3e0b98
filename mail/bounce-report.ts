/**
 * A delivery report (RFC 3464) as a mail server sends it back, read by a kept parser within limits: what it
 * says of one mail of ours, by the token that the mail bore. Anybody can write such a report. Without the
 * token it is about nobody, whatever else it quotes; addresses in it are not looked at.
 */
import { type ParsedMail, simpleParser } from 'mailparser'
import { type MailToken, tokenInReturnPath, tokenInStopLink } from '../domain/mail-token.ts'

export const reportBytesAtMost = 256 * 1024
const partsAtMost = 20
const statusBytesAtMost = 16 * 1024
const recipientsAtMost = 20
const quotedBytesAtMost = 32 * 1024
const headLinesAtMost = 500
const boundariesAtMost = 40

/** What a report says: a mail of ours did not arrive, and why. */
export type BounceReport = MailToken & {
  /** RFC 3463: `5.1.1`. */
  status: string
  /** Of the attempt, where the report quotes the head of the mail: it must be the same one. */
  attemptId?: string
}

export type ReadBounce =
  | { report: BounceReport }
  | { notTaken: 'tooLarge' | 'unreadable' | 'noReport' | 'noFailure' | 'noToken' | 'twoTokens' }

/** Never throws: whatever arrives is somebody's file. */
export async function readBounce(bytes: Uint8Array): Promise<ReadBounce> {
  if (bytes.byteLength > reportBytesAtMost) return { notTaken: 'tooLarge' }
  const mail = await parsed(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  if (!mail) return { notTaken: 'unreadable' }
  const part = (types: string[]) =>
    mail.attachments.slice(0, partsAtMost).find(({ contentType }) => types.includes(contentType))
  const status = part(['message/delivery-status', 'message/global-delivery-status'])
  if (!isReport(mail) || !status) return { notTaken: 'noReport' }
  const failure = failureIn(textOf(status.content, statusBytesAtMost))
  if (!failure) return { notTaken: 'noFailure' }

  const quoted = part(['message/rfc822', 'text/rfc822-headers', 'message/global'])
  const head = quoted ? headOf(textOf(quoted.content, quotedBytesAtMost)) : ''
  const tokens = [
    ...tokensOfRecipients(mail),
    tokenInReturnPath(head),
    tokenInStopLink(head),
  ].filter((token) => token !== undefined)
  const [token] = tokens
  if (!token) return { notTaken: 'noToken' }
  if (tokens.some((other) => !isSame(token, other))) return { notTaken: 'twoTokens' }
  const attemptId = attemptIdIn(head)
  return { report: { ...token, status: failure, ...(attemptId && { attemptId }) } }
}

async function parsed(bytes: Buffer): Promise<ParsedMail | undefined> {
  // Each part costs, and a report has three.
  const boundaries = bytes.toString('latin1').match(/\bboundary\s*=/gi)?.length ?? 0
  if (boundaries > boundariesAtMost) return undefined
  try {
    const mail = await simpleParser(bytes, {
      // Not in the types of the package: the report stays a part of its own, and is no text.
      keepDeliveryStatus: true,
      skipHtmlToText: true,
      skipTextToHtml: true,
      skipImageLinks: true,
      skipTextLinks: true,
    } as Parameters<typeof simpleParser>[1])
    return mail.headerLines.length > headLinesAtMost ? undefined : mail
  } catch {
    return undefined
  }
}

function isReport({ headers }: ParsedMail): boolean {
  const type = headers.get('content-type') as
    | { value?: string; params?: Record<string, string> }
    | undefined
  return (
    type?.value?.toLowerCase() === 'multipart/report' &&
    type.params?.['report-type']?.toLowerCase() === 'delivery-status'
  )
}

/** The status of the first recipient who got nothing; a delay, and a delivery, is no failure. */
function failureIn(text: string): string | undefined {
  const groups = text.split(/\n\s*\n/).slice(0, recipientsAtMost + 1)
  for (const group of groups) {
    const field = (name: string) => new RegExp(`^${name}:[ \\t]*(\\S+)`, 'im').exec(group)?.[1]
    if (field('action')?.toLowerCase() !== 'failed') continue
    const status = /^[45]\.\d{1,3}\.\d{1,3}$/.exec(field('status') ?? '')?.[0]
    return status ?? '5.0.0'
  }
  return undefined
}

const recipientHeaders = new Set(['to', 'delivered-to', 'x-original-to', 'envelope-to'])

/** To whom the report itself was sent: our return path. */
function tokensOfRecipients({ headerLines }: ParsedMail): (MailToken | undefined)[] {
  return headerLines
    .filter(({ key }) => recipientHeaders.has(key))
    .map(({ line }) => tokenInReturnPath(line))
}

function attemptIdIn(head: string): string | undefined {
  const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'
  const line = new RegExp(`^message-id:\\s*<(${uuid})@notice\\.sesshu\\.invalid>`, 'im')
  return line.exec(head)?.[1]?.toLowerCase()
}

function headOf(text: string): string {
  const end = text.search(/\n\s*\n/)
  return end < 0 ? text : text.slice(0, end)
}

function textOf(content: Buffer, atMost: number): string {
  return content.subarray(0, atMost).toString('latin1').replaceAll('\r\n', '\n')
}

function isSame(a: MailToken, b: MailToken): boolean {
  return a.municipalityCode === b.municipalityCode && a.token === b.token
}
