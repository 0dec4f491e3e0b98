/**
 * One municipality's page, one question a function. Each says on which axis it counts: the issuer of
 * the ticket, where people live today, or the venue. Voided doses count nowhere. Doses by issuer and
 * by venue are other towns' people's too: the database gives their counts, never their rows.
 */
import { and, asc, count, eq, isNull, sql } from 'drizzle-orm'
import { addDays } from '../../../domain/calendar.ts'
import type { NoticeKind, PlainDate, Stage } from '../../../domain/course.ts'
import type { OrmTx } from '../../orm.ts'
import {
  course,
  municipality,
  municipalitySetting,
  notice,
  resident,
  task,
} from '../../schema/index.ts'
import { isOverdueOn } from './conditions.ts'

const lagWindowDays = 28
/** A record is called late when it comes more than this many days after the shot. */
export const lateRecordDays = 7
const venuesAtMost = 50

export type TownName = { code: string; prefecture: string; name: string; takesPart: boolean }

export async function townName(tx: OrmTx, code: string): Promise<TownName | undefined> {
  const [row] = await tx
    .select({
      code: municipality.code,
      prefecture: municipality.prefecture,
      name: municipality.name,
      takesPart: sql<boolean>`${municipalitySetting.municipalityCode} is not null`,
    })
    .from(municipality)
    .leftJoin(municipalitySetting, eq(municipalitySetting.municipalityCode, municipality.code))
    .where(eq(municipality.code, code))
  return row
}

export type DoseGroup = {
  ageBand: '-64' | '65-' | 'UNK'
  productCode: string
  doseNumber: number
  doses: number
  recordedToday: number
}

/** Axis: issuer. Every total of the page is a sum of these, so that they add up. */
export async function doseGroups(tx: OrmTx, code: string, today: PlainDate): Promise<DoseGroup[]> {
  return tx.execute<DoseGroup>(sql`
    select age_band as "ageBand", product_code as "productCode", dose_number as "doseNumber",
           doses, recorded_today as "recordedToday"
      from town_dose_groups(${code}, ${today})
     order by age_band, product_code, dose_number`)
}

export type DayOfDoses = { on: PlainDate; first: number; second: number }

/** Axis: issuer, by the day of the shot. Days without a dose have no row. */
export async function dosesPerDay(tx: OrmTx, code: string, from: PlainDate): Promise<DayOfDoses[]> {
  return tx.execute<DayOfDoses>(sql`
    select given_on as "on", first, second from town_doses_per_day(${code}, ${from})
     order by given_on`)
}

export type RecordingLag = {
  doses: number
  late: number
  /** Whole days from shot to record; null without a dose. */
  half: number | null
  fourFifths: number | null
  nearlyAll: number | null
  longest: number | null
}

/** Axis: issuer; doses recorded within the last 28 days, today among them. */
export async function recordingLag(
  tx: OrmTx,
  code: string,
  today: PlainDate,
): Promise<RecordingLag> {
  const [row] = await tx.execute<RecordingLag>(sql`
    select doses, late, half, four_fifths as "fourFifths", nearly_all as "nearlyAll", longest
      from town_recording_lag(${code}, ${addDays(today, -lagWindowDays)}, ${lateRecordDays})`)
  return row!
}

export type Residence = {
  residents: number
  withFirst: number
  complete: number
  overdue: number
  /** One dose given and another to come: what overdue is a share of. */
  awaitingSecond: number
  /** Told that they leave, not yet arrived elsewhere: counted apart. */
  betweenTowns: number
}

/** Axis: where people live today, by the register. */
export async function residence(tx: OrmTx, code: string, today: PlainDate): Promise<Residence> {
  const livesHere = sql`${resident.status} = 'registered'`
  const [row] = await tx
    .select({
      residents: sql<number>`(count(*) filter (where ${livesHere}))::int`,
      withFirst: sql<number>`(count(*) filter (where ${livesHere} and ${course.dosesGiven} > 0))::int`,
      complete: sql<number>`(count(*) filter (where ${livesHere} and ${course.stage} = 'complete'))::int`,
      overdue: sql<number>`(count(*) filter (where ${livesHere} and ${isOverdueOn(today)}))::int`,
      awaitingSecond: sql<number>`(count(*) filter (where ${livesHere}
        and ${course.stage} in ('awaitingSecondDose', 'secondDoseOverdue', 'inFollowUp')))::int`,
      betweenTowns: sql<number>`(count(*) filter (where ${resident.status} = 'movedOut'
        and ${course.id} is not null and ${course.stage} not in ('complete', 'closed')))::int`,
    })
    .from(resident)
    .leftJoin(
      course,
      and(
        eq(course.homeMunicipalityCode, resident.municipalityCode),
        eq(course.homeResidentId, resident.id),
      ),
    )
    .where(eq(resident.municipalityCode, code))
  return row!
}

export type StageCount = { stage: Stage; courses: number }

/** Axis: where people live today. */
export function stageCounts(tx: OrmTx, code: string): Promise<StageCount[]> {
  return tx
    .select({ stage: course.stage, courses: count() })
    .from(course)
    .where(eq(course.homeMunicipalityCode, code))
    .groupBy(course.stage)
}

export type NoticeCount = {
  kind: NoticeKind
  round: number
  state: 'queued' | 'held' | 'suppressed' | 'left' | 'failed'
  reason: string | null
  channel: 'mail' | 'letter' | null
  notices: number
}

/** Axis: where the person lived when the notice was decided on. */
export function noticeCounts(tx: OrmTx, code: string): Promise<NoticeCount[]> {
  return tx
    .select({
      kind: notice.kind,
      round: notice.round,
      state: notice.state,
      reason: notice.reason,
      channel: notice.channel,
      notices: count(),
    })
    .from(notice)
    .where(eq(notice.municipalityCode, code))
    .groupBy(notice.kind, notice.round, notice.state, notice.reason, notice.channel)
    .orderBy(asc(notice.kind), asc(notice.round), asc(notice.state), asc(notice.reason))
}

export type OpenTasks = { kind: string; tasks: number; oldestOn: PlainDate }

export function openTasks(tx: OrmTx, code: string): Promise<OpenTasks[]> {
  return tx
    .select({
      kind: task.kind,
      tasks: count(),
      oldestOn: sql<PlainDate>`min(${task.openedOn})::text`,
    })
    .from(task)
    .where(and(eq(task.municipalityCode, code), isNull(task.doneAt)))
    .groupBy(task.kind)
    .orderBy(asc(task.kind))
}

export type Unresolved = {
  held: number
  waiting: number
  ticketless: number
  /** The day on which the oldest of each was received. */
  oldest: Partial<Record<'held' | 'waiting' | 'ticketless', PlainDate>>
}

/**
 * Axis: who settles it. What is attached to nobody, scans and doses told without a ticket: never part of
 * a total, always beside it, with its age.
 */
export async function unresolvedScans(tx: OrmTx, code: string): Promise<Unresolved> {
  const rows = await tx.execute<{
    kind: 'held' | 'waiting' | 'ticketless'
    items: number
    oldestOn: PlainDate
  }>(sql`
    select kind, items, oldest_on::text as "oldestOn" from town_unattached(${code})`)
  const itemsOf = (kind: string) => rows.find((row) => row.kind === kind)?.items ?? 0
  return {
    held: itemsOf('held'),
    waiting: itemsOf('waiting'),
    ticketless: itemsOf('ticketless'),
    oldest: Object.fromEntries(rows.map(({ kind, oldestOn }) => [kind, oldestOn])),
  }
}

export type VenueDoses = { code: string; name: string; doses: number }

/** Axis: venue. Doses given inside the town, whoever issued the ticket. */
export async function venueDoses(tx: OrmTx, code: string): Promise<VenueDoses[]> {
  return tx.execute<VenueDoses>(sql`
    select code, name, doses from town_venue_doses(${code}, ${venuesAtMost})`)
}
