/**
 * Alarms by mail, through a connection of the watch's own: the sender's may be what has failed. A mail
 * says how many of what, and names nobody.
 */
import { randomUUID } from 'node:crypto'
import nodemailer from 'nodemailer'
import { type Sql, withPurpose } from '../db/client.ts'
import {
  type AlarmToMail,
  alarmAddresses,
  markMailed,
  unmailedAlarms,
} from '../db/queries/monitor/results.ts'
import {
  type AlarmKindWord,
  alarmKinds,
  alarmMail,
  monitorEn,
  monitorJa,
} from '../i18n/monitor-words.ts'

export type AlarmPost = {
  smtpUrl: string
  from: string
  /** Of whoever runs the system: told of every town. */
  operatorMail?: string | undefined
  /** The address of the pages, for the link. */
  origin?: string | undefined
}

const everywhere = { municipalityCode: [], purpose: 'watchNotices' } as const
const waitMs = 10_000

export type Mailed = { mails: number; alarms: number; withoutAddress: number }

/** Every alarm that has not been mailed. Throws when the server refuses: nothing is marked, and all is tried again. */
export async function mailAlarms(sql: Sql, post: AlarmPost): Promise<Mailed> {
  const { alarms, addresses } = await withPurpose(sql, everywhere, async (tx) => ({
    alarms: await unmailedAlarms(tx),
    addresses: await alarmAddresses(tx),
  }))
  if (alarms.length === 0) return { mails: 0, alarms: 0, withoutAddress: 0 }
  const letters: Letter[] = addresses.flatMap(({ town, name, mail }) => {
    const own = alarms.filter((alarm) => alarm.town === town)
    return mail && own.length > 0 ? [{ to: mail, place: name, alarms: own }] : []
  })
  if (post.operatorMail) {
    const { whole: place } = alarmMail
    letters.push({ to: post.operatorMail, place, alarms })
  }
  await sendAll(letters, post)
  const told = [...new Set(letters.flatMap((letter) => letter.alarms.map(({ id }) => id)))]
  if (told.length > 0) await withPurpose(sql, everywhere, (tx) => markMailed(tx, told))
  return { mails: letters.length, alarms: told.length, withoutAddress: alarms.length - told.length }
}

type Letter = { to: string; place: string; alarms: AlarmToMail[] }

async function sendAll(letters: Letter[], { smtpUrl, from, origin }: AlarmPost): Promise<void> {
  const transport = nodemailer.createTransport({
    url: smtpUrl,
    connectionTimeout: waitMs,
    greetingTimeout: waitMs,
    socketTimeout: waitMs,
    disableFileAccess: true,
    disableUrlAccess: true,
    logger: false,
  } as Parameters<typeof nodemailer.createTransport>[0])
  try {
    for (const letter of letters) {
      await transport.sendMail({
        from: { name: '', address: from },
        to: { name: '', address: letter.to },
        messageId: `<${randomUUID()}@alarm.sesshu.invalid>`,
        subject: alarmMail.subject(letter.place),
        text: textOf(letter, origin),
        headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': 'ja, en' },
      })
    }
  } finally {
    transport.close()
  }
}

export function textOf({ place, alarms }: Omit<Letter, 'to'>, origin?: string): string {
  const day = alarms
    .map(({ raisedOn }) => raisedOn)
    .sort()
    .at(-1)!
  const counts = alarmKinds
    .map((kind) => ({ kind, count: alarms.filter((alarm) => alarm.kind === kind).length }))
    .filter(({ count }) => count > 0)
  const lines = (words: typeof monitorJa, line: typeof alarmMail.lineJa) =>
    counts.map(({ kind, count }) => {
      const { name, whatToDo } = words.kinds[kind as AlarmKindWord]
      return line(name, count, whatToDo)
    })
  const page = origin && new URL('/monitor', origin).href
  return [
    alarmMail.openingJa(place, day),
    '',
    alarmMail.listJa,
    ...lines(monitorJa, alarmMail.lineJa),
    ...(page ? ['', alarmMail.pageJa(page)] : []),
    '',
    '-'.repeat(40),
    '',
    alarmMail.openingEn(day),
    '',
    alarmMail.listEn,
    ...lines(monitorEn, alarmMail.lineEn),
    ...(page ? ['', alarmMail.pageEn(`${page}?lang=en`)] : []),
    '',
  ].join('\n')
}
