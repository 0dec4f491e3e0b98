/** What only the start page of a demo asks: a letter that stayed, and a ticket to try. */
import { and, desc, eq, isNotNull, isNull, sql } from 'drizzle-orm'
import type { PlainDate } from '../../../domain/course.ts'
import { lookAs, type OrmTx, widenToAllTowns } from '../../orm.ts'
import type { SealedTicket } from '../../people/tickets.ts'
import type { LookField } from '../../purposes.ts'
import { course, lot, notice, residentKey, ticket, venue } from '../../schema/index.ts'

export type NotSent = {
  courseId: string
  noticeId: string
  queuedOn: PlainDate
  reason: string
}

/** The newest notice that was queued and then withdrawn, because the dose came in between. */
export async function newestNotSent(tx: OrmTx): Promise<NotSent | undefined> {
  await widenToAllTowns(tx)
  const [row] = await tx
    .select({
      municipalityCode: notice.municipalityCode,
      courseId: notice.courseId,
      noticeId: notice.id,
      queuedOn: sql<PlainDate>`${notice.queuedOn}::text`,
      reason: sql<string>`${notice.reason}`,
    })
    .from(notice)
    .where(
      and(eq(notice.state, 'suppressed'), eq(notice.reason, 'dosed'), isNotNull(notice.queuedOn)),
    )
    .orderBy(desc(notice.updatedAt))
    .limit(1)
  await lookAs(tx, row ? [{ ...row, fields: ['notices'] }] : [])
  return row
}

export type TicketToTry = { sealed: SealedTicket; venueCode: string; lotNumber: string }

/** A made-up person's ticket with no dose on it yet, and where to use it. */
export async function ticketToTry(tx: OrmTx): Promise<TicketToTry | undefined> {
  await widenToAllTowns(tx)
  const [row] = await tx
    .select({
      sealed: {
        municipalityCode: ticket.municipalityCode,
        residentId: ticket.residentId,
        wrapped: residentKey.wrapped,
        keyVersion: residentKey.keyVersion,
        dekVersion: residentKey.dekVersion,
        numberIndex: ticket.numberIndex,
        // Only a revoked sheet has none.
        number: sql<Uint8Array>`${ticket.number}`,
      },
      venueCode: venue.code,
      lotNumber: lot.lotNumber,
      courseId: course.id,
      homeMunicipalityCode: course.homeMunicipalityCode,
    })
    .from(course)
    .innerJoin(
      ticket,
      and(
        eq(ticket.municipalityCode, course.homeMunicipalityCode),
        eq(ticket.residentId, course.homeResidentId),
        isNull(ticket.revokedOn),
      ),
    )
    .innerJoin(
      residentKey,
      and(
        eq(residentKey.municipalityCode, ticket.municipalityCode),
        eq(residentKey.residentId, ticket.residentId),
      ),
    )
    .innerJoin(venue, eq(venue.municipalityCode, ticket.municipalityCode))
    .innerJoin(lot, eq(lot.productCode, 'pfizer'))
    .where(and(eq(course.stage, 'awaitingFirstDose'), eq(course.dosesGiven, 0)))
    .orderBy(desc(course.id), venue.code, lot.lotNumber)
    .limit(1)
  if (!row) return undefined
  const { courseId, homeMunicipalityCode, ...found } = row
  const fields: LookField[] = ['course', 'ticket']
  await lookAs(tx, [{ municipalityCode: homeMunicipalityCode, courseId, fields }])
  return found
}
