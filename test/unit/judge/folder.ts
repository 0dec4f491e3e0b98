/** Writes a story into a folder as a finished campaign leaves it, with the real letters and mails. */
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PlainDate } from '../../../domain/course.ts'
import type { Evidence } from '../../../judge/evidence.ts'
import type { DatabaseFigures } from '../../../judge/figures.ts'
import type { LeftNotice } from '../../../judge/left-notice.ts'
import { figuresFileName } from '../../../judge/report.ts'
import type { TruthPerson } from '../../../judge/truth-file.ts'
import { renderLetterBatch } from '../../../letters/batch.ts'
import { renderMail } from '../../../mail/message.ts'
import { startSink } from '../../../mail/sink.ts'
import { createMailer } from '../../../mail/transport.ts'
import { aNotice } from '../mail/notices.ts'
import { village } from './story.ts'

const noFigures: DatabaseFigures = {
  courses: {},
  suppressed: {},
  heldScans: 0,
  waitingScans: 0,
  doseRows: [],
}

export type Sent = { notice: LeftNotice; person: TruthPerson; residence?: number }

export async function writeFolder(
  { truth, told }: Pick<Evidence, 'truth' | 'told'>,
  sent: Sent[],
  figures = noFigures,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sesshu-judge-'))
  await mkdir(join(folder, 'letters'))
  await mkdir(join(folder, 'mail'))
  const lines = (values: object[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('')
  await writeFile(join(folder, 'truth.jsonl'), lines([truth.header, ...truth.people]))
  await writeFile(join(folder, 'told.jsonl'), lines(told))
  await writeFile(join(folder, figuresFileName), JSON.stringify(figures))
  await printLetters(
    folder,
    sent.filter(({ notice }) => notice.channel === 'letter'),
  )
  await deliverMails(
    folder,
    sent.filter(({ notice }) => notice.channel === 'mail'),
  )
  return folder
}

async function printLetters(folder: string, sent: Sent[]): Promise<void> {
  for (const day of new Set(sent.map(({ notice }) => notice.day))) {
    const { pdf } = await renderLetterBatch({
      municipality: { code: village, name: '見本市' },
      date: day as PlainDate,
      letters: sent.filter(({ notice }) => notice.day === day).map(asPrinted),
    })
    await writeFile(join(folder, 'letters', `${village}-${day}.pdf`), pdf)
  }
}

function asPrinted({ notice, person, residence = 0 }: Sent) {
  const { postcode, address } = person.residences[residence]!
  return {
    ...asContent({ notice, person }),
    letterId: notice.noticeId,
    recipient: { ...nameOf(person), postcode, address },
    ...('campaignMs' in notice.left && {
      sealedAt: new Date(notice.left.campaignMs).toISOString(),
    }),
  }
}

async function deliverMails(folder: string, sent: Sent[]): Promise<void> {
  let now = new Date()
  const sink = await startSink({ mailDir: join(folder, 'mail'), port: 0, now: () => now })
  const mailer = createMailer({
    smtpUrl: `smtp://127.0.0.1:${sink.port}`,
    from: 'town@town.invalid',
  })
  try {
    for (const { notice, person } of sent) {
      if ('wallMs' in notice.left) now = new Date(notice.left.wallMs)
      const message = renderMail(asContent({ notice, person }), { lang: 'ja' })
      const messageId = `<${notice.noticeId}@notice.sesshu.invalid>`
      const result = await mailer.send(message, { to: person.mail!, messageId })
      if (result.outcome !== 'accepted') throw new Error(`the sink answered ${result.outcome}`)
    }
  } finally {
    mailer.close()
    await sink.close()
  }
}

function asContent({ notice, person }: Sent) {
  return aNotice({
    noticeId: notice.noticeId,
    ...(notice.kind === 'preDue'
      ? { kind: 'reminder' as const, phase: 'preDue' as const }
      : { kind: notice.kind }),
    round: notice.round,
    campaignDate: notice.day as PlainDate,
    recipient: nameOf(person),
  })
}

function nameOf({ name }: TruthPerson) {
  return { familyName: name.family, givenName: name.given, kana: name.kana }
}
