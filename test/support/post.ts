// A real SMTP server for tests: accepts, refuses, waits, or hangs up after the last byte.

import { type ParsedMail, simpleParser } from 'mailparser'
import { SMTPServer } from 'smtp-server'
import { freePort } from '../../config/ports.ts'

/** `refuse`: there is no such mailbox; `policy`: a no to this mail from this sender. */
export type Manner = 'accept' | 'refuse' | 'policy' | 'hangUp' | 'wait'

/** What a server got to read, whether or not it said yes. */
type Received = { mail: ParsedMail; to: string[]; accepted: boolean }

export class Post {
  readonly received: Received[] = []
  /** Taken one by one, the last one for ever. */
  manners: Manner[] = ['accept']
  readonly #server: SMTPServer
  #letGo: () => void = () => {}
  readonly #held = new Promise<void>((resolve) => {
    this.#letGo = resolve
  })

  constructor() {
    this.#server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS', 'AUTH'],
      disableReverseLookup: true,
      closeTimeout: 100,
      onRcptTo: (_address, _session, done) => {
        const [manner] = this.manners
        if (manner !== 'refuse' && manner !== 'policy') return done()
        this.#nextManner()
        const words = manner === 'refuse' ? 'no such mailbox' : '5.7.1 not from you'
        done(Object.assign(new Error(words), { responseCode: 550 }))
      },
      onData: (stream, session, done) => {
        const manner = this.#nextManner()
        const to = session.envelope.rcptTo.map(({ address }) => address)
        void simpleParser(stream).then(async (mail) => {
          const entry = { mail, to, accepted: manner !== 'hangUp' }
          this.received.push(entry)
          if (manner === 'wait') await this.#held
          if (manner !== 'hangUp') return done()
          // The content was read to its end; the answer never comes.
          for (const connection of this.#server.connections) {
            const { id, _socket } = connection as unknown as { id: string; _socket: Socket }
            if (id === session.id) _socket.destroy()
          }
        })
      },
    })
    this.#server.on('error', () => {})
  }

  /** On a port that stays free for a second server like it, unless one is named. */
  async open(wanted?: number): Promise<number> {
    const port = wanted ?? (await freePort())
    await new Promise<void>((resolve, reject) => {
      this.#server.server.once('error', reject)
      this.#server.listen(port, '127.0.0.1', resolve)
    })
    return port
  }

  letGo(): void {
    this.#letGo()
  }

  close(): Promise<void> {
    this.#letGo()
    return new Promise((resolve) => this.#server.close(() => resolve()))
  }

  #nextManner(): Manner {
    return this.manners.length > 1 ? this.manners.shift()! : this.manners[0]!
  }
}

type Socket = { destroy(): void }
