/**
 * Mails a second to a local SMTP server: notices rendered and sent by the pooled mailer, as the worker has it,
 * beside the floor: the same bytes, made before, over the same number of bare SMTP connections (no MIME, no
 * library, commands and replies alone). The server is a process of its own that keeps nothing, so that what
 * is measured is the sender. `--seed` is not needed: every round sends the same notices.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import type { PlainDate } from '../domain/course.ts'
import { stopLinkOf } from '../domain/mail-token.ts'
import type { NoticeForMail } from '../i18n/notices-words.ts'
import { messageIdOf, renderMail } from '../mail/message.ts'
import { createMailer } from '../mail/transport.ts'

export type MailsOptions = { mails: number; rounds: number; connections: number }

const from = 'notice@city.example.jp'
const median = (all: number[]) => all.toSorted((a, b) => a - b)[all.length >> 1]!

export async function benchMails(options: MailsOptions, say: (line: string) => void) {
  const { mails, rounds, connections } = options
  const loadBefore = Number(loadavg()[0]!.toFixed(1))
  const server = await startServer()
  try {
    const sent: number[] = []
    const floor: number[] = []
    const processor: number[] = []
    const bytes = await contentOf(server.port)
    for (let round = 1; round <= rounds; round += 1) {
      floor.push(await bareMails(server.port, bytes, options))
      const before = process.cpuUsage()
      sent.push(await pooledMails(server.port, options))
      const { user, system } = process.cpuUsage(before)
      processor.push((user + system) / mails)
      say(`round ${round}: ${sent.at(-1)!.toFixed(0)} mails/s, floor ${floor.at(-1)!.toFixed(0)}`)
    }
    return {
      mailsPerSecond: Math.round(median(sent)),
      bareSmtpPerSecond: Math.round(median(floor)),
      microsecondsOfProcessorPerMail: Math.round(median(processor)),
      bytesPerMail: bytes.length,
      ...{ mails, rounds, connections, loadBefore, cores: cpus().length },
    }
  } finally {
    server.process.kill()
  }
}

type Server = { process: ChildProcess; port: number }

/** Keeps nothing and answers everybody; the library's own parser is what costs there. */
async function startServer(): Promise<Server> {
  const script = join(import.meta.dirname, 'lib', 'smtp-server.ts')
  const started = spawn(process.execPath, ['--import', 'tsx', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(started.stdout!, 'data')) as [Buffer]
  return { process: started, port: Number(line.toString()) }
}

function aNotice(n: number): NoticeForMail {
  return {
    noticeId: randomUUID(),
    kind: 'reminder',
    round: 1,
    doseNumber: 2,
    campaignDate: '2021-07-14' as PlainDate,
    recipient: { familyName: '見本', givenName: `花子${n}`, kana: 'ミホン ハナコ' },
    sender: { municipalityName: '見本市', office: '健康推進課', phone: '03-0000-0000' },
    previousDose: {
      givenOn: '2021-06-01' as PlainDate,
      productNameJa: 'ファイザー社',
      productNameEn: 'Pfizer',
    },
    dueWindow: { earliest: '2021-06-19' as PlainDate, due: '2021-06-22' as PlainDate },
  }
}

function aMail(n: number) {
  const token = { municipalityCode: '131041', token: randomUUID() }
  const stopLink = stopLinkOf('https://sesshu.city.example.jp/my', token)
  const message = renderMail(aNotice(n), { lang: 'ja', stopLink })
  const to = { to: `r-${n}@example.jp`, messageId: messageIdOf(randomUUID()), token }
  return { message, to }
}

async function pooledMails(port: number, { mails, connections }: MailsOptions): Promise<number> {
  const mailer = createMailer({
    ...{ smtpUrl: `smtp://127.0.0.1:${port}`, from, returnTo: 'bounces@city.example.jp' },
    connections,
  })
  let next = 0
  const lane = async () => {
    while (next < mails) {
      const { message, to } = aMail(next++)
      const { outcome } = await mailer.send(message, to)
      if (outcome !== 'accepted') throw new Error(`a mail was ${outcome}`)
    }
  }
  const startedMs = performance.now()
  // Two for each connection: one on its way, one that is being made.
  await Promise.all(Array.from({ length: connections * 2 }, lane))
  const perSecond = (mails * 1_000) / (performance.now() - startedMs)
  mailer.close()
  return perSecond
}

/** The bytes of one mail as the mailer makes it: what the bare connections send again and again. */
async function contentOf(port: number): Promise<Buffer> {
  let content = Buffer.alloc(0)
  const between = createServer((client) => {
    const server = connect(port, '127.0.0.1')
    let said = Buffer.alloc(0)
    client.on('data', (chunk: Buffer) => {
      said = Buffer.concat([said, chunk])
      const begin = said.indexOf('DATA\r\n') + 'DATA\r\n'.length
      const end = said.indexOf('\r\n.\r\n', begin)
      if (end > 0) content = said.subarray(begin, end + '\r\n.\r\n'.length)
      server.write(chunk)
    })
    server.on('data', (chunk) => client.write(chunk))
    client.on('close', () => server.destroy())
    for (const socket of [client, server]) socket.on('error', () => {})
  })
  between.listen(0, '127.0.0.1')
  await once(between, 'listening')
  const own = (between.address() as AddressInfo).port
  await pooledMails(own, { mails: 1, rounds: 1, connections: 1 })
  between.close()
  return content
}

async function bareMails(
  port: number,
  content: Buffer,
  { mails, connections }: MailsOptions,
): Promise<number> {
  let left = mails
  const lane = async () => {
    const socket = connect(port, '127.0.0.1')
    socket.setNoDelay(true)
    const ask = talkerOf(socket)
    await ask(undefined, 220)
    await ask('EHLO bench\r\n', 250)
    while (left-- > 0) {
      await ask(`MAIL FROM:<${from}>\r\n`, 250)
      await ask('RCPT TO:<somebody@example.jp>\r\n', 250)
      await ask('DATA\r\n', 354)
      await ask(content, 250)
    }
    socket.end('QUIT\r\n')
  }
  const startedMs = performance.now()
  await Promise.all(Array.from({ length: connections }, lane))
  return (mails * 1_000) / (performance.now() - startedMs)
}

/** One command, one reply; the last line of a reply has a blank after its code. */
function talkerOf(socket: Socket) {
  let text = ''
  let heard: (code: number) => void = () => {}
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1')
    const last = /^(\d{3}) .*\r\n$/m.exec(text)
    if (!last) return
    text = ''
    heard(Number(last[1]))
  })
  return async (command: string | Buffer | undefined, expected: number) => {
    const code = await new Promise<number>((resolve) => {
      heard = resolve
      if (command !== undefined) socket.write(command)
    })
    if (code !== expected) throw new Error(`the server answered ${code}, not ${expected}`)
  }
}
