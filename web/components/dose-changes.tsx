/** What was changed of a dose, in plain words: before, after, who and why. */
import type { DoseChangeSeen } from '../../db/queries/dose-changes/read.ts'
import type { DoseContent } from '../../domain/dose-change.ts'
import { dayWords } from '../format.ts'
import type { Page } from '../page.ts'
import { productName } from './product.ts'

type Content = Partial<DoseContent>

/** Name and value of each field that is there. */
export function contentLines(page: Page, content: Content): [name: string, value: string][] {
  const { doseChanges } = page.words
  const keys = ['claimedDoseNumber', 'givenOn', 'productCode', 'lotNumber', 'venueCode'] as const
  return keys
    .filter((key) => content[key] !== undefined)
    .map((key) => [doseChanges.fields[key], wordsOf(page, content, key)])
}

export function DoseChanges({ page, change }: { page: Page; change: DoseChangeSeen }) {
  const { doseChanges } = page.words
  return (
    <>
      {linesOf(page, change).map((line) => (
        <p>{line}</p>
      ))}
      <p class="note">
        {doseChanges.reasonWas(doseChanges.reasons[change.reason] ?? change.reason)} /{' '}
        {doseChanges.changedBy(whoChanged(page, change.changedAs))}
      </p>
    </>
  )
}

/** Of a correction only what differs; of a dose that went or came all of it. */
function linesOf(page: Page, { before, after }: DoseChangeSeen): string[] {
  const { doseChanges } = page.words
  if (before && after) {
    const afterwards = contentLines(page, after)
    return contentLines(page, before).flatMap(([name, value], i) => {
      const now = afterwards[i]![1]
      if (value === now) return []
      return [`${name}${doseChanges.colon}${doseChanges.fromTo(value, now)}`]
    })
  }
  const content = before ?? after
  if (!content) return []
  const parts = contentLines(page, content).map(([name, value]) => {
    return `${name}${doseChanges.colon}${value}`
  })
  return [parts.join(' / ')]
}

function wordsOf(page: Page, content: Content, key: keyof DoseContent): string {
  switch (key) {
    case 'claimedDoseNumber':
      return page.words.doseChanges.doseNumber(content.claimedDoseNumber!)
    case 'givenOn':
      return dayWords(content.givenOn!, page.lang)
    case 'productCode':
      return productName(content.productCode!, page.lang)
    case 'lotNumber':
    case 'venueCode':
      return content[key]!
  }
}

function whoChanged({ words }: Page, changedAs: string): string {
  const { roles } = words.staff
  if (Object.hasOwn(roles, changedAs)) return roles[changedAs as keyof typeof roles]
  return words.doseChanges.others[changedAs] ?? changedAs
}
