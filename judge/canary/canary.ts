/** The canary over one finished campaign: what was planted, where it may lie, where it lies. */
import { join } from 'node:path'
import { readTruth, truthFileName } from '../truth-file.ts'
import { leaksInDocuments, mailMarker } from './documents.ts'
import { letterCodesIn } from './letter-codes.ts'
import type { Marker } from './needles.ts'
import { type SearchReport, searchForMarkers } from './search.ts'

/**
 * Every personal word of the truth file that is long enough to be nobody else's, and every code of a
 * letter that was delivered: it opens a record, and only its reader has it. A campaign for the
 * canary is made with `mark` of `simulator/marked.ts`, which makes each of them unique.
 */
export async function markersOf(dataDir: string): Promise<Marker[]> {
  const { header, people } = await readTruth(join(dataDir, truthFileName))
  if (!header.marked) throw new NotMarked()
  const codes = (await letterCodesIn(dataDir)).flatMap((code) =>
    [code, code.replaceAll('-', '')].map((text) => ({ what: 'letterCode', text })),
  )
  const words = people.flatMap((person) => [
    { what: 'familyName', text: person.name.family },
    { what: 'givenName', text: person.name.given },
    ...person.name.kana.split(/\s+/).map((text) => ({ what: 'kana', text })),
    ...(person.mail ? [{ what: mailMarker, text: person.mail }] : []),
    ...person.residences.map(({ address }) => ({ what: 'address', text: address })),
    ...person.tickets.map(({ number }) => ({ what: 'ticketNumber', text: number })),
    ...(person.myNumber ? [{ what: 'myNumber', text: person.myNumber }] : []),
    ...(person.delivery ? [{ what: 'delivery', text: person.delivery.address }] : []),
  ])
  return [...words, ...codes]
}

/** Ordinary names are words that stand elsewhere too: finding one proves nothing. */
export class NotMarked extends Error {
  constructor() {
    super('The people of this campaign have ordinary names.')
    this.name = 'NotMarked'
  }
}

/** What is meant to hold personal data: the truth, the delivered mails and letters. */
const allowed = [/^truth\.jsonl$/, /^mail\/[^/]+\.eml$/, /^letters\/[^/]+\.pdf$/]

export function isAllowedSink(file: string): boolean {
  return allowed.some((pattern) => pattern.test(file))
}

/**
 * Searches the data dir and what lies elsewhere (a linked database cluster is followed). Zero leaks
 * is the promise; `files` and `bytes` say how much was looked at.
 */
export async function canary(
  dataDir: string,
  options: { more?: string[]; onFile?: (file: string, bytes: number) => void } = {},
): Promise<SearchReport> {
  const markers = await markersOf(dataDir)
  const report = await searchForMarkers({
    roots: [dataDir, ...(options.more ?? [])],
    markers,
    isAllowed: isAllowedSink,
    ...(options.onFile && { onFile: options.onFile }),
  })
  report.leaks.push(...(await leaksInDocuments(dataDir, markers)))
  return report
}
