/** Which letter it is that a clerk holds in their hands. */
import type { NoticeKind, PlainDate } from '../../../domain/course.ts'
import { DomainError } from '../../../domain/errors.ts'
import type { Tx } from '../../client.ts'
import type { CourseHome } from '../plan-input.ts'

/** `sentAt`: when its address was read from the register. */
export type PostedLetter = CourseHome & {
  letterId: string
  sentAt: Date
  sentOn: PlainDate
  /** Of a sheet of tickets there is none. */
  notice: { id: string; courseId: string; kind: NoticeKind; round: number } | undefined
}

type Row = CourseHome & {
  letterId: string
  sentAt: Date
  sentOn: PlainDate
  noticeId: string | null
  courseId: string | null
  kind: NoticeKind | null
  round: number | null
}

/**
 * Of the own town alone. Throws `letterNotFound`, and `letterNotUnique` where the short number is that of
 * two letters.
 */
export async function findPostedLetter(
  tx: Tx,
  municipalityCode: string,
  { from, to }: { from: string; to: string },
): Promise<PostedLetter> {
  const rows = await tx<Row[]>`
    select n.municipality_code as "municipalityCode", n.resident_id as "residentId",
           a.id as "letterId", a.settled_at as "sentAt", a.settled_on as "sentOn",
           n.id as "noticeId", n.course_id as "courseId", n.kind, n.round
      from notice_attempt a
      join notice n on (n.municipality_code, n.id) = (a.municipality_code, a.notice_id)
     where a.municipality_code = ${municipalityCode} and a.id between ${from} and ${to}
       and a.channel = 'letter' and a.batch_on is not null and a.state <> 'withdrawn'
    union all
    select s.municipality_code, s.resident_id, s.id, r.made_at,
           (r.made_at at time zone 'Asia/Tokyo')::date, null, null, null, null
      from ticket_sheet s
      join ticket_run r on (r.municipality_code, r.id) = (s.municipality_code, s.run_id)
     where s.municipality_code = ${municipalityCode} and s.id between ${from} and ${to}
       and not s.by_hand and s.state in ('made', 'printed')
     limit 2`
  const [row, another] = rows
  if (another) throw new DomainError('letterNotUnique', 'Two letters begin so', 'mark')
  if (!row) throw new DomainError('letterNotFound', 'No letter of this town', 'mark')
  const { noticeId, courseId, kind, round, ...letter } = row
  const isNotice = noticeId !== null && courseId !== null
  return {
    ...letter,
    notice: isNotice ? { id: noticeId, courseId, kind: kind!, round: round! } : undefined,
  }
}
