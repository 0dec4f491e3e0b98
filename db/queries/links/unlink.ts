/**
 * A link is taken back by two people: the rows are two persons' again, and everything that the link
 * changed is put back as it was. What came since goes to the row that it came under.
 */
import type { Cause, PlainDate } from '../../../domain/course.ts'
import { DomainError } from '../../../domain/errors.ts'
import type { UnlinkReason } from '../../../domain/links.ts'
import { insertApproval } from '../../auth/approvals.ts'
import { look, type Sql, type Tx } from '../../client.ts'
import { inTownsOf } from '../../scope.ts'
import type { Store } from '../../store.ts'
import { lockCoursesOf, type OwnCourse, relocateCourse } from '../course-home.ts'
import type { CourseHome } from '../plan-input.ts'
import { lockUnderProtection } from '../protection.ts'
import { findPerson, lockPerson, rowList } from '../register-events.ts'
import { replan } from '../replan.ts'
import { settlePerson } from '../residency.ts'
import { inLinks, useApproval } from './agreed.ts'
import { type Change, putBack } from './journal.ts'
import type { Linked } from './link.ts'

const approvalHours = 168

type LinkRead = {
  id: string
  now: CourseHome
  former: CourseHome
  undo: Change[] | null
}

/** Asks for it; answers the approval's id. Throws `unknownLink`. */
export async function proposeUnlink(
  { sql }: Store,
  asked: { office: string; linkId: string; reason: UnlinkReason },
  askedBy: string,
): Promise<string> {
  const { office, linkId, reason } = asked
  return inLinks(sql, [office], async (tx) => {
    const link = await readLink(tx, office, linkId)
    await look(tx, ownRowsOf(link, office))
    return insertApproval(tx as unknown as Sql, {
      ...{ kind: 'unlinkPeople', office, askedBy, reasonCode: reason, hours: approvalHours },
      subject: { linkId },
    })
  })
}

function ownRowsOf({ now, former }: LinkRead, office: string) {
  const own = [now, former].filter((row) => row.municipalityCode === office)
  return own.map((row) => ({ ...row, fields: ['registerEvents'] }))
}

/** Throws `unknownLink` when there is none that stands. */
async function readLink(tx: Tx, office: string, linkId: string): Promise<LinkRead> {
  const [link] = await tx<LinkRead[]>`
    select id, undo,
           json_build_object('municipalityCode', now_municipality_code, 'residentId', now_resident_id) as now,
           json_build_object('municipalityCode', former_municipality_code,
                             'residentId', former_resident_id) as former
      from person_link
     where municipality_code = ${office} and id = ${linkId} and unlinked_at is null for update`
  if (!link) throw new DomainError('unknownLink', 'No such link stands', 'linkId')
  return link
}

/**
 * Carries out what was agreed to. Throws `approvalMissing`, `unknownLink`, `laterLinkFirst` and
 * `doseSinceLink`; then nothing was changed.
 */
export async function unlinkPeople(
  { sql }: Store,
  asked: { office: string; approvalId: string },
  today: PlainDate,
): Promise<Linked> {
  const { office } = asked
  const agreed = await useApproval.look(sql, asked, 'unlinkPeople')
  const linkId = String(agreed.subject.linkId)
  const found = await inLinks(sql, [office], async (tx) => {
    const link = await readLink(tx, office, linkId)
    await look(tx, ownRowsOf(link, office))
    return link
  })
  const towns = [office, found.now.municipalityCode, found.former.municipalityCode]
  return inLinks(sql, towns, async (tx) => {
    const link = await readLink(tx, office, linkId)
    await useApproval.consume(tx, agreed)
    const kept = await lockAll(tx, link.now)
    await refuseBeforeLater(tx, link)
    const changes = link.undo ?? []
    await tx`
      update person_link
         set undo = null, unlink_reason = ${agreed.reasonCode}, unlinked_on = ${today},
             unlink_asked_by = ${agreed.askedBy}, unlink_approved_by = ${agreed.approvedBy},
             unlinked_at = clock_timestamp()
       where id = ${linkId}`
    const parted = await inTownsOf(tx, 'linkPeople', link.now, () => part(tx, link, changes, kept))
    return { linkId, hasNews: await settleApart(tx, parted, today) }
  })
}

/** While the two are still one: everybody else who tells something of either waits for the end of this. */
async function lockAll(tx: Tx, now: CourseHome): Promise<OwnCourse | undefined> {
  return inTownsOf(tx, 'settleMove', now, async () => {
    const rows = await lockPerson(tx, now)
    await lockUnderProtection(tx, rows)
    const [kept] = await lockCoursesOf(tx, rows)
    await look(
      tx,
      rows.map((row) => ({ ...row, fields: ['registerEvents'] })),
    )
    return kept
  })
}

/** A later link was made of the person as this one left them: it is taken back before. */
async function refuseBeforeLater(tx: Tx, { id, now }: LinkRead): Promise<void> {
  const later = await inTownsOf(tx, 'settleMove', now, async () => {
    const rows = await findPerson(tx, now)
    return tx`
      select from person_link_side s
       where (s.municipality_code, s.resident_id) in (select * from ${rowList(tx, rows)})
         and s.is_standing and s.link_id <> ${id}
         and s.linked_at > (select max(o.linked_at) from person_link_side o where o.link_id = ${id})`
  })
  if (later.length > 0) {
    throw new DomainError('laterLinkFirst', 'A later link of the person still stands', 'linkId')
  }
}

/** The course that both had, and the one that had been merged into it; each has its side again. */
type Parted = { first: CourseHome; second: CourseHome; kept?: string; merged?: Change }

/**
 * Under rights in all towns of the two. A merged course is not put back yet: it comes to its home when the
 * one that both had has left it, because two of one series cannot be at one home.
 */
async function part(
  tx: Tx,
  link: LinkRead,
  changes: Change[],
  kept: OwnCourse | undefined,
): Promise<Parted> {
  await tx`update person_link_side set is_standing = false where link_id = ${link.id}`
  const merged = changes.find(
    ({ table, after }) => table === 'course' && after?.closed_because === 'merged',
  )
  await putBack(
    tx,
    changes.filter((change) => change !== merged),
  )
  const now = await rowsOf(tx, link.now)
  const former = await rowsOf(tx, link.former)
  const keptWas = changes.find(({ table, key }) => table === 'course' && key.id === kept?.id)
  const home = keptWas?.before?.home_resident_id ?? kept?.residentId
  const isFormers = former.some((row) => row.residentId === home)
  const [first, second] = isFormers ? [link.former, link.now] : [link.now, link.former]
  const others = isFormers ? now : former
  const isOneStill = others.some((row) => row.residentId === first.residentId)
  if (kept && !isOneStill) {
    await partLater(tx, { link, kept: kept.id, others, merged })
    await bringHome(tx, kept.id, first, others)
  }
  return { first, second, ...(kept && { kept: kept.id }), ...(merged && { merged }) }
}

/** A move since may have taken the common course to a town that its own person never saw. */
async function bringHome(tx: Tx, courseId: string, home: CourseHome, others: CourseHome[]) {
  const [away] = await tx<OwnCourse[]>`
    select id, relocation_event_id as "relocationEventId",
           home_municipality_code as "municipalityCode", home_resident_id as "residentId"
      from course
     where id = ${courseId}
       and (home_municipality_code, home_resident_id) in (select * from ${rowList(tx, others)})`
  if (away) await relocateCourse(tx, away, home, undefined)
}

/** Move-ins may join further rows to a side. */
function rowsOf(tx: Tx, row: CourseHome): Promise<CourseHome[]> {
  return inTownsOf(tx, 'settleMove', row, () => findPerson(tx, row))
}

type Later = { link: LinkRead; kept: string; others: CourseHome[]; merged: Change | undefined }

/** What came to the common course since, under a row of the other side, goes to that side's course. */
async function partLater(tx: Tx, { link, kept, others, merged }: Later): Promise<void> {
  const theirs = tx`(municipality_code, resident_id) in (select * from ${rowList(tx, others)})`
  const ofOther = (table: string) =>
    tx`((${tx(table)}.municipality_code, ${tx(table)}.resident_id) in (select * from ${rowList(tx, others)}))`
  const own = merged?.key.id as string | undefined
  const mixed = await tx`
    select from dose d
      left join ticket t on (t.municipality_code, t.number_index)
                          = (d.issuing_municipality_code, d.ticket_index)
     where d.course_id = ${kept} and d.voided_at is null
       and d.recorded_at > (select linked_at from person_link where id = ${link.id})
       and (${own ? tx`false` : ofOther('d')}
            or t.resident_id is not null and ${ofOther('t')} <> ${ofOther('d')})`
  if (mixed.length > 0) {
    throw new DomainError(
      'doseSinceLink',
      'A dose was recorded since under the other row',
      'linkId',
    )
  }
  if (!own) {
    await tx`delete from course_link where course_id = ${kept} and ${theirs}`
    return
  }
  await tx`
    delete from course_link l
     where l.course_id = ${kept} and ${theirs}
       and exists (select from course_link own
                    where (own.municipality_code, own.resident_id, own.course_id)
                        = (l.municipality_code, l.resident_id, ${own}::uuid))`
  for (const table of ['dose', 'screening', 'notice', 'task', 'course_link']) {
    await tx`update ${tx(table)} set course_id = ${own} where course_id = ${kept} and ${theirs}`
  }
}

/** Each side by itself, first the one whose course both had; then both are told as they are. */
async function settleApart(
  tx: Tx,
  { first, second, kept, merged }: Parted,
  today: PlainDate,
): Promise<boolean> {
  await settlePerson(tx, first, today)
  if (merged) await inTownsOf(tx, 'linkPeople', second, () => putBack(tx, [merged]))
  await settlePerson(tx, second, today)
  const told = [
    [first, kept],
    [second, merged?.key.id as string | undefined],
  ] as const
  for (const [row, courseId] of told) {
    if (courseId) await inTownsOf(tx, 'settleMove', row, () => tell(tx, courseId, today))
  }
  return kept !== undefined
}

/** For the cause that it had: nothing has happened to it. */
async function tell(tx: Tx, courseId: string, today: PlainDate): Promise<void> {
  const [course] = await tx<{ cause: Cause }[]>`select cause from course where id = ${courseId}`
  if (course) await replan(tx, courseId, { cause: course.cause, today, tell: true })
}
