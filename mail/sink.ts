/**
 * The mail server of a system that has none of its own: keeps every accepted message as a file that
 * a mail program opens, and delivers nothing. A message is on disk before it is acknowledged.
 *
 * It never drops a repeated Message-ID: whoever counts what left must see a duplicate.
 */
import { randomBytes } from 'node:crypto'
import { constants, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server'
import { mailHeaders } from './message.ts'

export const sinkHeaders = {
  acceptedAt: 'X-Sesshu-Accepted-At',
  recipient: 'Delivered-To',
} as const

export const messageBytesAtMost = 1024 * 1024
const recipientsAtMost = 20
const clientsAtMost = 50
const silenceMilliseconds = 60_000
const closeMilliseconds = 2_000
const partialPrefix = '.partial-'

export type SinkOptions = {
  /** The folder of the `.eml` files; made if it is not there. */
  mailDir: string
  /** 0: any free port. */
  port: number
  now?: () => Date
}

export type Sink = { port: number; close(): Promise<void> }

export async function startSink({
  mailDir,
  port,
  now = () => new Date(),
}: SinkOptions): Promise<Sink> {
  mkdirSync(mailDir, { recursive: true, mode: 0o700 })
  removePartial(mailDir)
  const keep = keeper(mailDir, now)
  const keepContent = async (stream: SMTPServerDataStream, session: SMTPServerSession) => {
    const content = await contentOf(stream)
    if (!content) return reply(552, 'too large')
    await keep(content, session)
    return null
  }
  const server = new SMTPServer({
    name: 'sink.sesshu.invalid',
    banner: 'keeps mails, delivers none',
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    hidePIPELINING: true,
    size: messageBytesAtMost,
    maxClients: clientsAtMost,
    socketTimeout: silenceMilliseconds,
    closeTimeout: closeMilliseconds,
    onRcptTo(_address, session, done) {
      if (session.envelope.rcptTo.length >= recipientsAtMost) return done(reply(452, 'too many'))
      done()
    },
    onData(stream, session, done) {
      keepContent(stream, session).then(done, () => done(reply(451, 'not kept, try again')))
    },
  })
  // A client that goes away in the middle is its own affair.
  server.on('error', () => {})
  const bound = await listen(server, port)
  return {
    port: bound,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

/** Resolves to nothing when the message is too large; the rest of it is read and dropped. */
async function contentOf(stream: SMTPServerDataStream): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) {
    if (stream.byteLength <= messageBytesAtMost) chunks.push(chunk as Buffer)
    else chunks.length = 0
  }
  return stream.sizeExceeded || stream.byteLength > messageBytesAtMost
    ? undefined
    : Buffer.concat(chunks)
}

/** `<wall time>-<start>-<count>-<notice>.eml`: names sort by arrival and are never used twice. */
function keeper(mailDir: string, now: () => Date) {
  const start = randomBytes(3).toString('hex')
  let count = 0
  return async (content: Buffer, session: SMTPServerSession) => {
    count += 1
    const acceptedAt = now().toISOString()
    const name = [
      acceptedAt.replaceAll(/[-:]/g, ''),
      start,
      String(count).padStart(6, '0'),
      noticeIdIn(content),
    ].join('-')
    const trace = [
      `${sinkHeaders.acceptedAt}: ${acceptedAt}`,
      ...session.envelope.rcptTo.map(({ address }) => `${sinkHeaders.recipient}: ${address}`),
    ]
    const head = Buffer.from(trace.map((line) => `${line}\r\n`).join(''))
    await writeDurably(mailDir, `${name}.eml`, Buffer.concat([head, content]))
  }
}

const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'
const noticeIdLine = new RegExp(`^${mailHeaders.noticeId}: (${uuid})\r$`, 'im')

function noticeIdIn(content: Buffer): string {
  const end = content.indexOf('\r\n\r\n')
  const head = content.subarray(0, end < 0 ? content.length : end + 2).toString('latin1')
  return noticeIdLine.exec(head)?.[1] ?? 'unknown'
}

/** Whole and on disk when it returns, or not there at all. */
async function writeDurably(folder: string, name: string, content: Buffer): Promise<void> {
  const partial = join(folder, `${partialPrefix}${name}`)
  try {
    const file = await open(partial, 'wx', 0o600)
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(partial, join(folder, name))
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  }
  const directory = await open(folder, constants.O_RDONLY)
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

function removePartial(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (name.startsWith(partialPrefix)) rmSync(join(folder, name), { force: true })
  }
}

function listen(server: SMTPServer, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      resolve((server.server.address() as AddressInfo).port)
    })
  })
}

function reply(responseCode: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode })
}
