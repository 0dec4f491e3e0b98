/** The pack as one PDF in one language. */

import { flows } from '../domain/data-flow.ts'
import { incidentDeadlines } from '../domain/incident-clock.ts'
import { evidenceEn } from '../i18n/evidence/en.ts'
import { type EvidenceText, evidenceJa } from '../i18n/evidence/ja.ts'
import { accessSections } from './access-sections.ts'
import { controlSections } from './control-sections.ts'
import { drawFlow, flowHeight } from './draw-flow.ts'
import type { Pack, Shortfall } from './pack.ts'
import { Sheet } from './sheet.ts'
import { type Speech, speechOf } from './speech.ts'

export type Lang = 'ja' | 'en'

export async function renderPack(pack: Pack, lang: Lang, fingerprint: string): Promise<Uint8Array> {
  const words = lang === 'ja' ? evidenceJa : evidenceEn
  const speech = speechOf(lang)
  const town = `${pack.municipality.name} (${pack.municipality.code})`
  const at = speech.moment(pack.writtenAt)
  const sheet = new Sheet({
    title: `${words.title} ${pack.municipality.code}`,
    subject: `${pack.municipality.code} ${pack.on}`,
    lang,
    at: new Date(pack.writtenAt),
    footer: (page, pages) => words.footer(town, at, page, pages),
  })
  opening(sheet, pack, words, town, at)
  formSection(sheet, pack, words, speech)
  planSection(sheet, pack, words, speech)
  flowSection(sheet, words)
  accessSections(sheet, pack, words.access, lang)
  keySection(sheet, pack, words)
  retentionSection(sheet, pack, words, speech)
  ledgerSection(sheet, pack, words, speech)
  controlSections(sheet, pack, words.controls, lang, speech)
  verifySection(sheet, words, fingerprint)
  return await sheet.finish()
}

function opening(sheet: Sheet, pack: Pack, words: EvidenceText, town: string, at: string): void {
  sheet.title(words.title)
  sheet.paragraph({ text: town, size: 14, weight: 'bold' })
  sheet.paragraph({ text: words.writtenAt(at), ink: 'soft' })
  sheet.paragraph({
    text: words.software(pack.software.version, pack.software.commit?.slice(0, 12) ?? ''),
    ink: 'soft',
  })
  sheet.paragraph(words.lead)
  if (pack.shortfalls.length === 0) {
    sheet.paragraph({ text: `● ${words.whole}`, ink: 'good', weight: 'bold' })
    return
  }
  sheet.paragraph({ text: `■ ${words.lacking}`, ink: 'bad', weight: 'bold' })
  for (const shortfall of pack.shortfalls) {
    sheet.paragraph({ text: `・${shortfallWords(shortfall, words)}`, ink: 'bad' })
  }
}

export function shortfallWords(shortfall: Shortfall, words: EvidenceText): string {
  if (shortfall.kind === 'unproven') return words.shortfalls.unproven(shortfall.control)
  return words.shortfalls[shortfall.kind]
}

function formSection(sheet: Sheet, { pia }: Pack, words: EvidenceText, speech: Speech): void {
  const { form } = words
  const how = (isCounted: boolean) => (isCounted ? form.counted : form.given)
  sheet.heading(form.title)
  const documents = pia.documents.map((one) => form.forms[one]).join(speech.and)
  const result = pia.form === 'none' ? form.noneResult : form.result(documents)
  sheet.paragraph({ text: result, weight: 'bold', size: 12 })
  sheet.paragraph(form.persons(speech.number(pia.persons), how(pia.arePersonsCounted)))
  sheet.paragraph(form.handlers(speech.number(pia.handlers), how(pia.areHandlersCounted)))
  sheet.paragraph(pia.hadSeriousAccident ? form.accident : form.noAccident)
  if (pia.isStrict && pia.form !== 'none') sheet.paragraph(form.strict)
  if (pia.needsPublicComment) sheet.paragraph(form.publicComment)
  if (pia.form !== 'none') sheet.paragraph(form.redo(String(pia.rule.redoWithinYears)))
  sheet.paragraph({ text: form.source(speech.day(pia.rule.from)), ink: 'soft', size: 8.5 })
}

function planSection(sheet: Sheet, { plan }: Pack, words: EvidenceText, speech: Speech): void {
  const text = words.plan
  sheet.heading(text.title)
  sheet.paragraph({
    text:
      plan.inForce === null || plan.acceptedAt === null
        ? text.none
        : text.inForce(String(plan.inForce), speech.moment(plan.acceptedAt)),
    weight: 'bold',
  })
  sheet.paragraph(text.newest(String(plan.newest)))
  sheet.paragraph({ text: text.sha(plan.sha256[speech.lang]), size: 8.5, ink: 'soft' })
  if (plan.answers.length === 0) return
  sheet.keepTogether(24)
  sheet.paragraph({ text: text.answers, weight: 'bold' })
  sheet.table(
    [
      { head: text.columns.at, width: 46 },
      { head: text.columns.version, width: 18 },
      { head: text.columns.answer, width: 22 },
      { head: text.columns.comment, width: 84 },
    ],
    plan.answers.map(({ answeredAt, version, answer, comment }) => [
      speech.moment(answeredAt.toISOString()),
      String(version),
      text.answerOf[answer],
      comment ?? '',
    ]),
  )
}

function flowSection(sheet: Sheet, words: EvidenceText): void {
  const text = words.flow
  sheet.newPage()
  sheet.heading(text.title)
  sheet.paragraph(text.lead)
  sheet.drawing(flowHeight + 4, text.alt, (top) =>
    drawFlow(sheet, top, { nodes: text.nodes, note: text.notes }),
  )
  const inLine = (node: keyof typeof text.nodes) => text.nodes[node].replace('\n', text.joint)
  sheet.table(
    [
      { head: text.columns.number, width: 12 },
      { head: text.columns.from, width: 38 },
      { head: text.columns.to, width: 38 },
      { head: text.columns.what, width: 62 },
      { head: text.columns.people, width: 20 },
    ],
    flows.map((flow, at) => [
      String(at + 1),
      inLine(flow.from),
      `${inLine(flow.to)}${flow.bothWays ? text.both : ''}`,
      text.flows[flow.id as keyof typeof text.flows],
      flow.namesPeople ? { text: text.names, ink: 'bad' as const } : text.namesNot,
    ]),
  )
}

function keySection(sheet: Sheet, { keys }: Pack, words: EvidenceText): void {
  const text = words.keys
  sheet.heading(text.title)
  if (keys) {
    sheet.paragraph(text.store(text.stores[keys.store] ?? keys.store))
    const all = [...new Set([...keys.versions, ...keys.counts.map((one) => one.keyVersion)])]
    const countOf = (version: number) =>
      keys.counts.find(({ keyVersion }) => keyVersion === version)?.residents ?? 0
    if (all.length > 0) {
      sheet.table(
        [
          { head: text.columns.version, width: 30 },
          { head: text.columns.exists, width: 50 },
          { head: text.columns.residents, width: 90 },
        ],
        all
          .sort((a, b) => a - b)
          .map((version) => [
            String(version),
            keys.versions.includes(version) ? text.exists : text.gone,
            text.people(countOf(version).toLocaleString('en-US')),
          ]),
      )
    }
  } else {
    sheet.paragraph({ text: text.away, ink: 'bad' })
  }
  sheet.paragraph(text.algorithms)
  sheet.paragraph({ text: text.noKey, ink: 'soft' })
}

function retentionSection(sheet: Sheet, { retention }: Pack, words: EvidenceText, speech: Speech) {
  const text = words.retention
  sheet.heading(text.title)
  if (retention.length === 0) {
    sheet.paragraph(text.none)
    return
  }
  sheet.table(
    [
      { head: text.columns.class, width: 38 },
      { head: text.columns.purpose, width: 50 },
      { head: text.columns.period, width: 40 },
      { head: text.columns.last, width: 42 },
    ],
    retention.map((line) => [
      line.holds[speech.lang],
      line.purpose[speech.lang],
      line.period[speech.lang],
      line.lastOn
        ? `${speech.day(line.lastOn)} (${text.rows(line.rows.toLocaleString('en-US'))})`
        : text.never,
    ]),
  )
}

function ledgerSection(sheet: Sheet, pack: Pack, words: EvidenceText, speech: Speech): void {
  const text = words.ledger
  const { origin, size, root, signedAt, verdict } = pack.ledger
  sheet.heading(text.title)
  if (size === null || signedAt === null) {
    sheet.paragraph({ text: text.none, ink: 'bad' })
  } else {
    sheet.paragraph(text.origin(origin ?? ''))
    sheet.paragraph(text.head(speech.number(size), speech.moment(signedAt)))
    sheet.paragraph({ text: text.root(root ?? ''), size: 8.5, ink: 'soft' })
  }
  if (verdict) verdictLines(sheet, verdict, text, speech)
  const { uses, reviewed, waiting, late } = pack.emergencies
  const n = speech.number
  sheet.paragraph(text.emergencies(n(uses), n(reviewed), n(waiting), n(late)))
  incidentLines(sheet, pack, text, speech)
}

function verdictLines(
  sheet: Sheet,
  verdict: NonNullable<Pack['ledger']['verdict']>,
  text: EvidenceText['ledger'],
  speech: Speech,
): void {
  const { isIntact, rows, heads, witnessedRows, witnessSeenAt, fault } = verdict
  if (isIntact) {
    const line = `● ${text.intact(speech.number(rows), speech.number(heads))}`
    sheet.paragraph({ text: line, ink: 'good', weight: 'bold' })
  } else {
    sheet.paragraph({ text: `■ ${text.damaged}`, ink: 'bad', weight: 'bold' })
    if (fault) sheet.paragraph({ text: fault, ink: 'bad', lang: 'en' })
  }
  const isWitnessed = witnessedRows !== undefined && witnessSeenAt !== undefined
  sheet.paragraph(
    isWitnessed
      ? text.witnessed(speech.number(witnessedRows), speech.moment(witnessSeenAt))
      : text.unwitnessed,
  )
}

function incidentLines(
  sheet: Sheet,
  { incidents }: Pack,
  text: EvidenceText['ledger'],
  speech: Speech,
): void {
  if (incidents.length === 0) {
    sheet.paragraph(text.incidentsNone)
    return
  }
  sheet.paragraph(text.incidents(speech.number(incidents.length)))
  const columns = text.incidentColumns
  sheet.table(
    [
      { head: columns.case, width: 40 },
      { head: columns.known, width: 38 },
      { head: columns.prompt, width: 46 },
      { head: columns.final, width: 46 },
    ],
    incidents.map((one) => {
      const { mustReport, promptBy, finalBy } = incidentDeadlines(one)
      const state = (on: string | null, by: string) => {
        if (on !== null) return text.told(speech.day(on))
        return mustReport ? text.owed(speech.day(by)) : text.notOwed
      }
      return [
        one.caseReference,
        speech.day(one.knownOn),
        state(one.promptOn, promptBy),
        state(one.finalOn, finalBy),
      ]
    }),
  )
}

function verifySection(sheet: Sheet, words: EvidenceText, fingerprint: string): void {
  const { title, text, ours, openssl, key } = words.verify
  sheet.heading(title)
  sheet.paragraph(text)
  sheet.paragraph({ text: ours, size: 9 })
  sheet.paragraph({ text: openssl, size: 9, lang: 'en' })
  sheet.paragraph({ text: key(fingerprint), size: 8.5, ink: 'soft' })
}
