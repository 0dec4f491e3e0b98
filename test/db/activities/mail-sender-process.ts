/** A mail sender as a process of its own, to be killed: `DATABASE_URL` and `SMTP_URL`. */
import { realClock } from '../../../config/clock.ts'
import { createLog } from '../../../config/log.ts'
import { connect } from '../../../db/client.ts'
import { createMailer } from '../../../mail/transport.ts'
import { startMailSender } from '../../../workers/mail-sender.ts'

const { DATABASE_URL = '', SMTP_URL = '' } = process.env

startMailSender({
  sql: connect(DATABASE_URL, { name: 'test sender', max: 2 }),
  clock: realClock,
  log: createLog({ name: 'sender', level: 'silent' }),
  mailer: createMailer({ smtpUrl: SMTP_URL, from: 'town@sender.invalid' }),
  concurrency: 1,
})
