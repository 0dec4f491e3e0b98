/**
 * Towns and made-up people in a real database, seeded by the superuser; what is under test runs as
 * the worker's own role. The clock stands where a test puts it. Each test has towns of its own, so
 * that none sees another's letters.
 */
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type postgres from 'postgres'
import { inCourse } from '../../../activities/in-course.ts'
import { type ActivityDeps, createActivities } from '../../../activities/index.ts'
import { type Clock, clockOf } from '../../../config/clock.ts'
import { createLog } from '../../../config/log.ts'
import { connect, type Sql } from '../../../db/client.ts'
import { readFacts } from '../../../db/queries/facts.ts'
import { replan } from '../../../db/queries/replan.ts'
import type { NoticeStep } from '../../../domain/activity-contract.ts'
import { tokyoInstant } from '../../../domain/calendar.ts'
import type { CourseFacts, PlainDate } from '../../../domain/course.ts'
import { municipalityCodeCheckDigit } from '../../../domain/municipality-code.ts'
import type { Vault } from '../../../vault/vault.ts'
import type { TestKeydOptions } from '../../support/keyd.ts'
import { seedPerson } from '../../support/people.ts'
import { type SealedDatabase, sealedDatabase } from '../../support/sealed.ts'

export const on = (date: string) => date as PlainDate

/** Pfizer on this day: overdue on 05-23, round 1 due 21 days later. */
export const dose1On = on('2021-05-01')
export const round1On = on('2021-06-13')

const venueCode = '1310000001'
/** Of a ticket that nobody looks for. */
export const someIndex = Buffer.alloc(16, 1)

export type Made = {
  courseId: string
  residentId: string
  town: string
  doseId: string
}

export type PersonWish = {
  town: string
  /** An address that its owner has confirmed. */
  mail?: string
  family?: string
  address?: string | null
  postcode?: string
}

export class World {
  readonly db: SealedDatabase
  readonly vault: Vault
  readonly worker: Sql
  readonly clock: Clock
  readonly dataDir: string
  readonly logged: string[] = []
  readonly deps: ActivityDeps
  readonly activities: ReturnType<typeof createActivities>
  #campaignMs = 0
  #towns = 0

  static async open(keyd: TestKeydOptions = {}): Promise<World> {
    return new World(await sealedDatabase(keyd))
  }

  private constructor(db: SealedDatabase) {
    this.db = db
    this.worker = connect(db.urls.sesshu_worker, { name: 'test worker', max: 12 })
    this.vault = db.keyd.vault('worker')
    // Without pace, so that nothing depends on how long a test takes.
    const segments = () => [{ wallAt: 0, campaignAt: this.#campaignMs, pace: 0 }]
    this.clock = clockOf(segments, () => 0)
    this.dataDir = mkdtempSync(join(tmpdir(), 'sesshu-notices-'))
    const log = createLog({ name: 'test', to: { write: (line) => void this.logged.push(line) } })
    const { worker: sql, vault, clock, dataDir } = this
    this.deps = { sql, vault, clock, log, dataDir }
    this.activities = createActivities(this.deps)
  }

  async close(): Promise<void> {
    await this.worker.end({ timeout: 1 })
    await this.db.drop()
    rmSync(this.dataDir, { recursive: true, force: true })
  }

  get sql(): postgres.Sql {
    return this.db.sql
  }

  /** It is nine in the morning of that day, or the minute given. */
  setDay(day: PlainDate, minute = 540): void {
    this.#campaignMs = Date.parse(tokyoInstant(day, minute))
  }

  /** Its batches leave by themselves, one after the other, unless a test says otherwise. */
  async newTown(
    setting: {
      eveningMinute?: number
      minimumGraceDays?: number
      releaseUpTo?: number
      waits?: boolean
    } = {},
  ) {
    this.#towns += 1
    const firstFive = `479${String(this.#towns).padStart(2, '0')}`
    const code = `${firstFive}${municipalityCodeCheckDigit(firstFive)}`
    await this.sql`
      insert into municipality (code, prefecture, name, kana)
      values (${code}, '架空県', ${`架空${this.#towns}市`}, 'カクウシ')`
    await this.sql`
      insert into municipality_setting (municipality_code, office_ja, office_en, phone, postcode,
                                        address, evening_minute, minimum_grace_days,
                                        release_automatically_up_to, waits_for_reconciliation)
      values (${code}, '接種推進課', 'Vaccination Office', '00-0000-0000', '9990000',
              '架空県架空市一丁目1', ${setting.eveningMinute ?? 1140}, ${setting.minimumGraceDays ?? 21},
              ${setting.releaseUpTo ?? 1000}, ${setting.waits ?? false})`
    await this.sql`
      insert into venue (code, municipality_code, name) values (${venueCode}, ${code}, '架空会場')
      on conflict do nothing`
    return code
  }

  /** A person with one dose of Pfizer, or the product given, and a plan made on that day. */
  async personWithDose(
    wish: PersonWish,
    dose: { productCode?: string; givenOn?: PlainDate } = {},
  ): Promise<Made> {
    const residentId = await this.resident(wish)
    const courseId = randomUUID()
    const { town } = wish
    await this.sql`
      insert into course (id, home_municipality_code, home_resident_id, opened_because, cause, stage)
      values (${courseId}, ${town}, ${residentId}, 'scan', 'doseGiven', 'awaitingFirstDose')`
    await this.link(courseId, { town, residentId })
    const givenOn = dose.givenOn ?? dose1On
    const doseId = await this.dose({ courseId, town, residentId }, 1, givenOn, dose.productCode)
    await this.replan(courseId, givenOn)
    return { courseId, residentId, town, doseId }
  }

  async resident(wish: PersonWish): Promise<string> {
    const { town, mail, family = '見本', postcode = '9990001' } = wish
    const id = await seedPerson(this.db, {
      municipalityCode: town,
      registerNumber: randomUUID(),
      name: { family, given: '花子', kana: 'ミホン ハナコ' },
      bornOn: '1950-01-01',
      ...{ mail, isMailConfirmed: true },
      postcode,
      address: wish.address ?? '架空県架空市見本町2-3',
      residentSince: '2020-01-01',
    })
    if (wish.address === null) await this.sql`delete from residence where resident_id = ${id}`
    return id
  }

  async link(courseId: string, at: { town: string; residentId: string }): Promise<void> {
    await this.sql`
      insert into course_link (municipality_code, resident_id, course_id, effective_on, legal_basis,
                               linked_by)
      values (${at.town}, ${at.residentId}, ${courseId}, '2020-01-01', 'test', 'test')`
  }

  async dose(
    of: { courseId: string; town: string; residentId: string },
    number: number,
    givenOn: PlainDate,
    productCode = 'pfizer',
    recordedOn: PlainDate = givenOn,
    sql: postgres.Sql | postgres.TransactionSql = this.sql,
  ): Promise<string> {
    const id = randomUUID()
    await sql`
      insert into dose (municipality_code, id, resident_id, course_id, claimed_dose_number,
                        issuing_municipality_code, ticket_index, given_on, venue_code, product_code,
                        lot_number, age_band, scan_id, read_by, recorded_on)
      values (${of.town}, ${id}, ${of.residentId}, ${of.courseId}, ${number}, ${of.town}, ${someIndex},
              ${givenOn}, ${venueCode}, ${productCode}, 'LOT1', '65-', ${randomUUID()}, 'qr',
              ${recordedOn})`
    return id
  }

  async protect(at: { town: string; residentId: string }, from: PlainDate, to?: PlainDate) {
    await this.sql`
      insert into protection (municipality_code, resident_id, from_on, to_on)
      values (${at.town}, ${at.residentId}, ${from}, ${to ?? null})`
  }

  /** The facts of a move-in as the register leaves them; the same course, re-homed. */
  async moveTo(made: Made, town: string, today: PlainDate): Promise<Made & { eventId: string }> {
    const residentId = await this.resident({ town, postcode: '9995555' })
    const eventId = randomUUID()
    await this.sql`
      update resident set status = 'movedOut', status_on = ${today}, move_out_planned_on = null,
                          move_out_event_id = null
       where municipality_code = ${made.town} and id = ${made.residentId}`
    await this.sql`
      update course set home_municipality_code = ${town}, home_resident_id = ${residentId},
                        relocation_event_id = ${eventId}, relocation_recorded_on = ${today}
       where id = ${made.courseId}`
    await this.link(made.courseId, { town, residentId })
    await this.replan(made.courseId, today)
    return { ...made, town, residentId, eventId }
  }

  async planToMoveOut(made: Made, plannedOn: PlainDate, today: PlainDate): Promise<string> {
    const eventId = randomUUID()
    await this.sql`
      update resident set move_out_planned_on = ${plannedOn}, move_out_event_id = ${eventId}
       where municipality_code = ${made.town} and id = ${made.residentId}`
    await this.replan(made.courseId, today)
    return eventId
  }

  async die(made: Made, today: PlainDate): Promise<void> {
    await this.sql`
      update resident set status = 'deceased', status_on = ${today}
       where municipality_code = ${made.town} and id = ${made.residentId}`
    await this.replan(made.courseId, today)
  }

  async replan(courseId: string, today: PlainDate): Promise<void> {
    await inCourse(this.worker, courseId, (tx) =>
      replan(tx, courseId, { cause: 'replanned', today, tell: false }),
    )
  }

  async facts(courseId: string): Promise<CourseFacts> {
    return (await readFacts(this.sql as never, [courseId], this.clock)).get(courseId)!
  }

  reminder(made: Made, round = 1, day: PlainDate = round1On): NoticeStep {
    return {
      kind: 'reminder',
      phase: 'overdue',
      doseNumber: 2,
      occasion: made.doseId,
      round,
      on: day,
    }
  }

  /** Asks for a notice as the workflow does, its own clock far behind. */
  sendNotice(made: Made, step: NoticeStep = this.reminder(made)): Promise<CourseFacts> {
    return this.activities.sendNotice({ courseId: made.courseId, step, workflowNowMs: 0 })
  }

  seal(town: string, batchOn: PlainDate) {
    return this.activities.sealBatch({ municipalityCode: town, batchOn, workflowNowMs: 0 })
  }

  print(town: string, batchOn: PlainDate) {
    return this.activities.printBatch({ municipalityCode: town, batchOn, workflowNowMs: 0 })
  }

  /** Not a time but a state: some transaction of this database waits for another's lock. */
  async untilSomeoneWaits(atLeast = 1): Promise<void> {
    for (;;) {
      const waiting = await this.sql`
        select 1 from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock'`
      if (waiting.length >= atLeast) return
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }

  async notices(courseId: string) {
    return this.sql<NoticeLook[]>`
      select municipality_code as town, id, kind, round, state, reason, channel,
             queued_on::text as "queuedOn", left_on::text as "leftOn"
        from notice where course_id = ${courseId} order by kind, round`
  }

  async attempts(courseId: string) {
    return this.sql<AttemptLook[]>`
      select a.municipality_code as town, a.id, a.channel, a.state, a.reason, a.tries
        from notice_attempt a join notice n on n.municipality_code = a.municipality_code
                                           and n.id = a.notice_id
       where n.course_id = ${courseId} order by n.kind, n.round, a.attempt`
  }

  async tasks(courseId: string) {
    return this.sql<{ town: string; kind: string; occasion: string }[]>`
      select municipality_code as town, kind, occasion from task
       where course_id = ${courseId} order by kind, round`
  }

  async news(courseId: string) {
    return this.sql<{ version: number }[]>`select version from outbox where course_id = ${courseId}`
  }
}

export type NoticeLook = {
  town: string
  id: string
  kind: string
  round: number
  state: string
  reason: string | null
  channel: string | null
  queuedOn: string | null
  leftOn: string | null
}

export type AttemptLook = {
  town: string
  id: string
  channel: string
  state: string
  reason: string | null
  tries: number
}
