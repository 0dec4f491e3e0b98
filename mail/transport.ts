/**
 * Hands one message to one recipient and says what is known of it afterwards.
 *
 * accepted  the server took responsibility (2xx after the content).
 * refused   a lasting no to this recipient or content (5xx), or no address at all: send a letter.
 *           `isAddressGone` tells the two apart (`address-gone.ts`): an address that is none gets no further mail.
 * notSent   surely not delivered, may be tried again: no connection, a failed greeting or login, a
 *           temporary no (4xx), a no to ourselves as the sender, anything before the content.
 * unknown   the content had begun to flow and no answer came: it may have been delivered.
 */
import { type Readable, Transform } from 'node:stream'
import nodemailer from 'nodemailer'
import type { MailToken } from '../domain/mail-token.ts'
import { type MailAddress, mailAddressOf } from './address.ts'
import { saysAddressGone } from './address-gone.ts'
import type { MailMessage } from './message.ts'
import { returnPathOf } from './return-path.ts'

/** `code` is an SMTP reply code or a short word; never an address or a server's sentence. */
export type SendResult =
  | { outcome: 'accepted' }
  | { outcome: 'refused'; code: string; isAddressGone: boolean }
  | { outcome: 'notSent'; code: string }
  | { outcome: 'unknown'; code: string }

export type Mailer = {
  send(message: MailMessage, to: MailTo): Promise<SendResult>
  /** Lets mails in delivery finish; those still waiting for a connection are `notSent`. */
  close(): void
}

export type MailTo = {
  to: string
  messageId: string
  /** Stands in the return path, where one is set up for it. */
  token?: MailToken
}

export type MailerOptions = {
  /** `smtp://` or `smtps://`, with user and password where the server wants them. */
  smtpUrl: string
  from: string
  /**
   * Where mails come back to that cannot be delivered. Its server must take `name+anything@`; without it
   * they come back to `from`, and are told by what they quote alone.
   */
  returnTo?: string | undefined
  connections?: number
  timeouts?: Partial<Timeouts>
}

export type Timeouts = {
  connectMilliseconds: number
  greetingMilliseconds: number
  silenceMilliseconds: number
  /** For the whole delivery: a server may trickle replies for ever without being silent. */
  deliveryMilliseconds: number
}

// Below the minutes that RFC 5321 allows a server: an activity's attempt must end before its own
// timeout does, so that an unknown outcome is recorded as one.
const defaultTimeouts: Timeouts = {
  connectMilliseconds: 10_000,
  greetingMilliseconds: 10_000,
  silenceMilliseconds: 20_000,
  deliveryMilliseconds: 45_000,
}

/** Throws if the sender's address or the server's URL cannot be used; the URL is not repeated. */
export function createMailer(options: MailerOptions): Mailer {
  const from = mailAddressOf(options.from)
  if (!from) throw new Error('the sender address of mails is not a mail address')
  const returnTo = returnToOf(options.returnTo)
  const transport = pooledTransport(options)
  const deliveryMilliseconds =
    options.timeouts?.deliveryMilliseconds ?? defaultTimeouts.deliveryMilliseconds

  return {
    async send(message, { to, messageId, token }) {
      const recipient = mailAddressOf(to)
      if (!recipient) return { outcome: 'refused', code: 'notAnAddress', isAddressGone: true }
      const sender = returnTo && token ? returnPathOf(returnTo, token) : (returnTo ?? from)
      const giveUp = new AbortController()
      const timer = setTimeout(() => giveUp.abort(), deliveryMilliseconds)
      const progress: Progress = {}
      try {
        await transport.sendMail({
          ...compose(message, { from, sender, to: recipient, messageId }),
          signal: giveUp.signal,
          progress,
        } as ComposedMail)
        return { outcome: 'accepted' }
      } catch (error) {
        return outcomeOf(error as SmtpError, progress.content?.readableDidRead === true)
      } finally {
        clearTimeout(timer)
      }
    },
    close: () => transport.close(),
  }
}

export type SmtpError = {
  code?: string
  command?: string
  responseCode?: number
  response?: string
}

/** What a failed delivery means. A reply of the server decides; without one, how far it had come. */
export function outcomeOf(error: SmtpError, hasContentBegun: boolean): SendResult {
  const { responseCode, command } = error
  // A plug-in's error may carry anything as its code.
  const code = /^\w{1,32}$/.exec(String(responseCode ?? error.code ?? ''))?.[0] ?? 'failed'
  const isAnswerToMessage = error.code === 'EENVELOPE' || error.code === 'EMESSAGE'
  if (responseCode !== undefined && isAnswerToMessage) {
    const isAtRecipient = command === 'RCPT TO'
    const isAboutMessage = isAtRecipient || command === 'DATA'
    if (!isAboutMessage || responseCode < 500) return { outcome: 'notSent', code }
    const isAddressGone = saysAddressGone({ responseCode, reply: error.response }, isAtRecipient)
    return { outcome: 'refused', code, isAddressGone }
  }
  return { outcome: hasContentBegun ? 'unknown' : 'notSent', code }
}

/** The message as the connection reads it: untouched until the server has asked for the content. */
type Progress = { content?: Readable }
type ComposedMail = ReturnType<typeof compose> & { signal: AbortSignal; progress: Progress }

type Addressed = { from: MailAddress; sender: MailAddress; to: MailAddress; messageId: string }

function compose(message: MailMessage, { from, sender, to, messageId }: Addressed) {
  return {
    from: { name: '', address: from },
    to: { name: '', address: to },
    envelope: { from: sender, to: [to] },
    messageId,
    subject: message.subject,
    text: message.text,
    // Half as long as quoted printable where every character is three bytes, and cheaper to make.
    textEncoding: 'base64' as const,
    headers: message.headers,
  }
}

/** Fails at start, not at the first mail. */
function returnToOf(text: string | undefined): MailAddress | undefined {
  if (!text) return undefined
  const address = mailAddressOf(text)
  if (!address) throw new Error('the return address of mails is not a mail address')
  returnPathOf(address, { municipalityCode: '000000', token: '0'.repeat(32) })
  return address
}

function pooledTransport({ smtpUrl, connections = 4, timeouts }: MailerOptions) {
  const { connectMilliseconds, greetingMilliseconds, silenceMilliseconds } = {
    ...defaultTimeouts,
    ...timeouts,
  }
  const transport = nodemailer.createTransport({
    ...serverOf(smtpUrl),
    pool: true,
    maxConnections: connections,
    // The pool would send again by itself after a lost connection; whether to is ours to decide.
    maxRequeues: 0,
    disableFileAccess: true,
    disableUrlAccess: true,
    connectionTimeout: connectMilliseconds,
    greetingTimeout: greetingMilliseconds,
    socketTimeout: silenceMilliseconds,
    logger: false,
  })
  transport.use('stream', (mail, done) => {
    const { progress } = mail.data as unknown as ComposedMail
    mail.message.processFunc((content: Readable) => {
      progress.content = content.pipe(inOnePiece())
      return progress.content
    })
    done()
  })
  return transport
}

/** A mail is small, and each piece of it would be a packet of its own: most of what a mail costs. */
function inOnePiece(): Transform {
  const pieces: Buffer[] = []
  return new Transform({
    transform(piece: Buffer, _encoding, done) {
      pieces.push(piece)
      done()
    },
    flush(done) {
      done(null, Buffer.concat(pieces))
    },
  })
}

function serverOf(smtpUrl: string) {
  const url = URL.canParse(smtpUrl) ? new URL(smtpUrl) : undefined
  if (!url?.hostname || !['smtp:', 'smtps:'].includes(url.protocol)) {
    throw new Error('the mail server must be given as smtp://host:port or smtps://host:port')
  }
  const secure = url.protocol === 'smtps:'
  const auth = url.username && {
    user: decodeURIComponent(url.username),
    pass: decodeURIComponent(url.password),
  }
  return {
    host: url.hostname,
    port: Number(url.port) || (secure ? 465 : 25),
    secure,
    ...(auth && { auth }),
  }
}
