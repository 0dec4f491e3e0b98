/** The search attributes of a course, for operators' lists. Codes and dates only, never a person. */
import {
  defineSearchAttributeKey,
  type SearchAttributePair,
  SearchAttributeType,
  type SearchAttributeUpdatePair,
  type TypedSearchAttributes,
} from '@temporalio/common'
import type { CourseFacts } from '../domain/course.ts'

export const municipalityCodeKey = defineSearchAttributeKey(
  'MunicipalityCode',
  SearchAttributeType.KEYWORD,
)
export const courseStageKey = defineSearchAttributeKey('CourseStage', SearchAttributeType.KEYWORD)
export const productKey = defineSearchAttributeKey('Product', SearchAttributeType.KEYWORD)
/** The plain date of the next notice, as midnight UTC: the same day in UTC and in Japan. */
export const nextNoticeOnKey = defineSearchAttributeKey(
  'NextNoticeOn',
  SearchAttributeType.DATETIME,
)

/** All that the namespace must know before a course can start. */
export const courseAttributeKeys = [
  municipalityCodeKey,
  courseStageKey,
  productKey,
  nextNoticeOnKey,
]

/** Given at the start, so that the first task need not upsert them. */
export function courseAttributes(facts: CourseFacts): SearchAttributePair[] {
  const nextNoticeAt = nextNoticeDay(facts)
  return [
    { key: municipalityCodeKey, value: facts.municipalityCode },
    { key: courseStageKey, value: facts.stage },
    ...(facts.product ? [{ key: productKey, value: facts.product }] : []),
    ...(nextNoticeAt ? [{ key: nextNoticeOnKey, value: nextNoticeAt }] : []),
  ]
}

/** What differs from what the server already has; empty for most news. `null` removes. */
export function changedAttributes(
  facts: CourseFacts,
  known: TypedSearchAttributes,
): SearchAttributeUpdatePair[] {
  const wanted = courseAttributes(facts)
  const changed: SearchAttributeUpdatePair[] = wanted.filter(
    ({ key, value }) => plain(known.get(key)) !== plain(value),
  )
  for (const key of [productKey, nextNoticeOnKey]) {
    const isGone = !wanted.some((pair) => pair.key.name === key.name)
    if (isGone && known.get(key) !== undefined) {
      changed.push({ key, value: null } as SearchAttributeUpdatePair)
    }
  }
  return changed
}

function nextNoticeDay({ steps }: CourseFacts): Date | undefined {
  const notice = steps.find((step) => step.kind === 'reminder' || step.kind === 'relocationNotice')
  return notice && new Date(`${notice.on}T00:00:00.000Z`)
}

function plain(value: unknown): unknown {
  return value instanceof Date ? value.getTime() : value
}
