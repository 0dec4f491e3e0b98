/** A mail sender as a process of its own, to be killed; everything it needs from its environment. */
import { once } from 'node:events'
import { realClock } from '../../../config/clock.ts'
import { createLog } from '../../../config/log.ts'
import { connect } from '../../../db/client.ts'
import { connectForLooks } from '../../../db/ledger/record-looks.ts'
import { createMailer } from '../../../mail/transport.ts'
import { openVault } from '../../../vault/open-vault.ts'
import { startMailSender } from '../../../workers/mail-sender.ts'

const { DATABASE_URL = '', SMTP_URL = '' } = process.env
const atOnce = Number(process.env.MAILS_AT_ONCE ?? 1)
const { SESSHU_KEYD_SOCKET = '', SESSHU_KEYD_TOKEN = '' } = process.env

// Started ahead of its turn, so that a test waits for nobody's imports.
if (process.env.MAILS_WAIT) await once(process.stdin, 'data')

startMailSender({
  sql: connect(DATABASE_URL, { name: 'test sender', max: 1 + atOnce * 2 }),
  vault: openVault({
    socketPath: SESSHU_KEYD_SOCKET,
    token: SESSHU_KEYD_TOKEN,
    looks: connectForLooks(DATABASE_URL, 'test'),
  }),
  clock: realClock,
  log: createLog({ name: 'sender', level: 'silent' }),
  mailer: createMailer({ smtpUrl: SMTP_URL, from: 'town@sender.invalid', connections: atOnce }),
  concurrency: atOnce,
})
