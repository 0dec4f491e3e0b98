import type { ToldCourse } from '../../db/residents/read-course.ts'
import { compareDates } from '../../domain/calendar.ts'
import type { PlainDate } from '../../domain/course.ts'
import type { Lang } from '../../domain/course-words.ts'
import type { ResidentTexts } from '../../i18n/resident-ja.ts'
import { dayWords } from '../format.ts'

/** The one sentence on top: what comes next, and when. */
export function nextSentence(
  { next }: Pick<ResidentTexts, 'next'>,
  lang: Lang,
  course: ToldCourse | undefined,
  today: PlainDate,
): string {
  switch (course?.stage) {
    case undefined:
      return next.none
    case 'awaitingFirstDose':
      return course.dosesGiven === 0 ? next.firstDose : next.earlierMissing
    case 'awaitingSecondDose':
    case 'secondDoseOverdue':
    case 'inFollowUp':
      return dueSentence(next, lang, course, today)
    case 'complete':
      return next.complete
    case 'closed':
      return next.closed
  }
}

function dueSentence(
  next: ResidentTexts['next'],
  lang: Lang,
  { dosesGiven, earliestOn, dueOn }: ToldCourse,
  today: PlainDate,
): string {
  const dose = dosesGiven + 1
  if (!dueOn) return next.none
  const due = dayWords(dueOn, lang)
  if (compareDates(dueOn, today) < 0) return next.late(dose, due)
  if (earliestOn && compareDates(earliestOn, today) > 0) {
    return next.from(dose, dayWords(earliestOn, lang), due)
  }
  return next.due(dose, due)
}
