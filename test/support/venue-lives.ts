/**
 * One life after another on both sides: each step is taken by the real system, over its API and by its
 * activities, and by the model; afterwards the two are compared.
 */
import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import type { createActivities } from '../../activities/index.ts'
import type { PlainDate } from '../../domain/course.ts'
import type { testApi } from './api.ts'
import { clerkOf } from './mended.ts'
import { nextOf } from './numbering.ts'
import type { SealedDatabase } from './sealed.ts'
import { aResident, aScan, numberStep, otherTown, type SeededResident, town } from './town.ts'
import * as model from './venue-model.ts'

export type Real = {
  db: SealedDatabase
  api: ReturnType<typeof testApi>
  activities: ReturnType<typeof createActivities>
}

export const people = 3
export const firstDay = '2021-06-01'
/** More than any plan holds at a time. */
const stepsAtMost = 10

/** A step, its numbers taken modulo what there is. */
export type Step =
  | { do: 'scan'; who: number; claim: number; ago: number; moderna: boolean; sheet: number }
  | { do: 'screening'; who: number; number: number; ago: number }
  | { do: 'void' | 'reattribute'; dose: number; to: number }
  | { do: 'correct'; dose: number; earlier: number; what: 'day' | 'product' | 'claim' }
  | { do: 'newSheet' | 'move'; who: number }
  | { do: 'again' | 'evening' }
  | { do: 'pass'; days: number }

type Someone = { real: SeededResident; is: model.ModelPerson; registerNumber: string }

/** Both sides of one life, step by step. */
export class Lives {
  today = firstDay
  readonly slips = new model.Slips()
  readonly #sealed = new Set<string>()
  #recorded = 0
  #again: (() => Promise<unknown>) | undefined
  readonly on: Real
  readonly all: Someone[]

  constructor(on: Real, all: Someone[]) {
    this.on = on
    this.all = all
  }

  static async begin(on: Real): Promise<Lives> {
    const { api, db } = on
    api.setDay(firstDay)
    // Evenings and letters of other lives.
    await db.sql`delete from letter_batch`
    await db.sql`update notice_attempt set state = 'withdrawn' where state = 'queued'`
    const all: Someone[] = []
    for (let i = 0; i < people; i++) {
      const real = await aResident(db)
      const is = model.newPerson(town)
      const { ticketNumber: number, registerNumber } = real
      is.sheets.push({ town, number, registeredOn: firstDay, isRevoked: false })
      all.push({ real, is, registerNumber })
    }
    return new Lives(on, all)
  }

  async take(step: Step): Promise<void> {
    switch (step.do) {
      case 'scan':
        return this.#scan(step)
      case 'screening':
        return this.#screening(step)
      case 'void':
      case 'reattribute':
      case 'correct':
        return this.#mend(step)
      case 'newSheet':
        return this.#newSheet(this.all[step.who]!)
      case 'move':
        return this.#move(this.all[step.who]!)
      case 'again':
        await this.#again?.()
        return
      case 'evening':
        for (const municipalityCode of [town, otherTown]) {
          const batchOn = this.today as PlainDate
          await this.on.activities.sealBatch({ municipalityCode, batchOn, workflowNowMs: 0 })
        }
        return this.#modelEvening()
      case 'pass':
        this.today = model.plus(this.today, step.days)
        this.on.api.setDay(this.today)
        for (const { is } of this.all) if (is.hasCourse) model.live(is, this.today)
        return this.#liveForReal()
    }
  }

  /** A town's letters leave once a day. */
  #modelEvening(): void {
    if (this.#sealed.has(this.today)) return
    this.#sealed.add(this.today)
    for (const { is } of this.all) model.seal(is, this.today)
  }

  async #scan(step: Extract<Step, { do: 'scan' }>): Promise<void> {
    const { is } = this.all[step.who]!
    const sheet = is.sheets[step.sheet % is.sheets.length]!
    const givenOn = later(model.plus(this.today, -step.ago), firstDay)
    const product = step.moderna ? 'moderna' : 'pfizer'
    const claim = step.claim
    const body = aScan(
      { municipalityCode: sheet.town, ticketNumber: sheet.number },
      { claimedDoseNumber: claim, givenOn, productCode: product },
    )
    const send = () => this.on.api.post('/api/v1/scans', body)
    const answer = await send()
    this.#again = send
    const isKnown = model
      .counting(is)
      .some((d) => d.claim === claim && d.givenOn === givenOn && d.product === product)
    if (isKnown) return expect(answer.body.verdict).toBe('alreadyRecorded')
    expect(answer.body.verdict).toMatch(/^recorded/)
    const { doseId: id, scanId } = answer.body
    const recorded = { recorded: ++this.#recorded, recordedOn: this.today, isVoided: false }
    const dose = {
      id,
      scanId,
      givenOn,
      claim,
      product,
      sheet,
      keptBy: is.home,
      ...recorded,
    } as const
    is.doses.push(dose)
    is.hasCourse = true
    this.slips.use(dose)
  }

  async #screening({ who, number, ago }: Extract<Step, { do: 'screening' }>): Promise<void> {
    const { is } = this.all[who]!
    const sheet = is.sheets.at(-1)!
    const givenOn = later(model.plus(this.today, -ago), firstDay)
    const changes = { slipKind: 'screenedOnly', claimedDoseNumber: number, givenOn }
    const from = { municipalityCode: sheet.town, ticketNumber: sheet.number }
    expect((await this.on.api.post('/api/v1/scans', aScan(from, changes))).body.verdict).toBe(
      'screenedOnly',
    )
    is.lastScreenedOn = later(givenOn, is.lastScreenedOn ?? givenOn)
  }

  async #mend(step: Extract<Step, { dose: number }>): Promise<void> {
    const found = this.all.flatMap(({ is }) => is.doses.map((dose) => ({ dose, is })))
    if (found.length === 0) return
    const { dose, is } = found[step.dose % found.length]!
    const clerk = clerkOf(this.on.api.app, dose.keptBy === town ? 'clerk' : 'clerkElsewhere')
    if (step.do === 'void') {
      const { status } = await clerk.change('void', dose.id)
      if (dose.isVoided) return expect(status).toBe(409)
      expect(status).toBe(200)
      dose.isVoided = true
      this.slips.free(dose, is.doses)
      return model.reconsider(is, this.today)
    }
    if (step.do === 'correct') return this.#correct(clerk, dose, is, step)
    return this.#reattribute(clerk, dose, is, this.all[step.to]!.is)
  }

  async #correct(
    clerk: ReturnType<typeof clerkOf>,
    dose: model.ModelDose,
    is: model.ModelPerson,
    { what, earlier }: Extract<Step, { do: 'correct' }>,
  ): Promise<void> {
    const was = { ...dose }
    const after = { ...dose }
    if (what === 'day') after.givenOn = model.plus(dose.givenOn, -earlier)
    if (what === 'product') after.product = dose.product === 'pfizer' ? 'moderna' : 'pfizer'
    if (what === 'claim') after.claim = 3 - dose.claim
    const { givenOn, product: productCode, claim: claimedDoseNumber } = after
    const changes = { givenOn, productCode, claimedDoseNumber }
    const { status } = await clerk.change('correct', dose.id, changes)
    if (dose.isVoided) return expect(status).toBe(409)
    expect(status).toBe(200)
    Object.assign(dose, after)
    if (what === 'claim') {
      this.slips.free(was, is.doses)
      this.slips.use(dose)
    }
    model.reconsider(is, this.today)
  }

  async #reattribute(
    clerk: ReturnType<typeof clerkOf>,
    dose: model.ModelDose,
    from: model.ModelPerson,
    to: model.ModelPerson,
  ): Promise<void> {
    const sheet = to.sheets.find((s) => s.town === dose.sheet.town)
    if (!sheet) return
    const ticket = { municipalityCode: sheet.town, number: sheet.number }
    const asked = { ticket, bornOn: '1950-05-05' }
    const { status } = await clerk.change('reattribute', dose.id, asked)
    if (dose.isVoided) return expect(status).toBe(409)
    if (to === from) return expect(status).toBe(422)
    expect(status).toBe(200)
    const was = { ...dose }
    from.doses.splice(from.doses.indexOf(dose), 1)
    this.slips.free(was, from.doses)
    Object.assign(dose, { sheet, keptBy: sheet.town })
    to.doses.push(dose)
    this.slips.use(dose)
    to.hasCourse = true
    for (const person of [from, to]) model.reconsider(person, this.today)
  }

  async #newSheet({ is, registerNumber }: Someone): Promise<void> {
    const ownNumber = is.home === town ? registerNumber : `M${registerNumber}`
    await this.on.db.sql`
      update ticket set revoked_on = ${this.today}, revoked_because = 'reissued'
       where municipality_code = ${is.home} and revoked_on is null
         and resident_id = (select id from resident where municipality_code = ${is.home}
                               and register_number = ${ownNumber})`
    const number = String(8_000_000_000 + nextOf('reissued') * numberStep)
    const item = { municipalityCode: is.home, number, registerNumber: ownNumber }
    const body = { tickets: [{ ...item, issuedOn: this.today }] }
    const send = () => this.on.api.post('/api/v1/tickets', body)
    expect((await send()).body.results).toMatchObject([{ status: 'new' }])
    this.#again = send
    for (const sheet of is.sheets) if (sheet.town === is.home) sheet.isRevoked = true
    is.sheets.push({ town: is.home, number, registeredOn: this.today, isRevoked: false })
  }

  async #move({ is, registerNumber, real }: Someone): Promise<void> {
    if (is.move || !is.hasCourse) return
    const eventId = randomUUID()
    const body = {
      ...{ eventId, kind: 'movedIn', municipalityCode: otherTown, effectiveOn: this.today },
      registerNumber: `M${registerNumber}`,
      previous: { municipalityCode: town, registerNumber },
      name: { family: '見本', given: `太郎${registerNumber.slice(1)}`, kana: 'ミホン タロウ' },
      ...{ bornOn: `${real.birthYear}-05-05`, postcode: '0600000', address: '見本町9番' },
    }
    const send = () => this.on.api.post('/api/v1/moves', body)
    expect((await send()).status).toBe(200)
    this.#again = send
    is.move = { id: eventId, on: this.today }
    is.home = otherTown
    for (const sheet of is.sheets) sheet.isRevoked = true
  }

  /** What each course's workflow would do by its own plan. */
  async #liveForReal(): Promise<void> {
    for (const { real } of this.all) {
      for (let asked = 0; asked < stepsAtMost; asked++) {
        const course = await this.#courseOf(real)
        const due = course?.steps.find(({ kind, on }) => kind !== 'stage' && on <= this.today)
        if (!course || !due) break
        const ask = { courseId: course.id, workflowNowMs: 0 }
        const { activities } = this.on
        if (due.kind === 'followUp') await activities.openFollowUp({ ...ask, step: due as never })
        else await activities.sendNotice({ ...ask, step: due as never })
      }
    }
  }

  async compare(): Promise<void> {
    for (const { real, is } of this.all) {
      const course = await this.#courseOf(real)
      expect(course !== undefined).toBe(is.hasCourse)
      if (!course) continue
      const { steps, notices, doses, ...rest } = course
      const stage = /awaitingSecondDose|secondDoseOverdue/.test(rest.stage) ? 'waiting' : rest.stage
      expect({ ...rest, stage, ...listed(steps, notices, doses) }).toEqual({
        id: course.id,
        home: is.home,
        stage: model.stageOf(is),
        overdueOn: model.overdueOn(is),
        ...listed(
          model.stepsOf(is),
          [...is.notices].map(([key, { state }]) => `${key} ${state}`),
          model.counting(is).map((d) => [d.id, d.givenOn, d.claim, d.product, d.keptBy].join(' ')),
        ),
      })
    }
    await this.#compareSlips()
  }

  async #compareSlips(): Promise<void> {
    const ids = this.all.flatMap(({ is }) => is.doses.map(({ scanId }) => scanId))
    const used = await this.on.db.sql`
      select scan_id as id, dose_number as n from ticket_slip
       where scan_id = any(${ids}::uuid[]) and slip_kind = 'vaccination'`
    const expected = [...this.slips.used].map(([slip, id]) => `${id} ${slip.split('/')[1]}`)
    expect(used.map(({ id, n }) => `${id} ${n}`).sort()).toEqual(expected.sort())
  }

  async #courseOf({ residentId }: SeededResident): Promise<CourseNow | undefined> {
    const [course] = await this.on.db.sql<CourseNow[]>`
      select c.id, c.home_municipality_code as home, c.stage, c.overdue_on::text as "overdueOn", c.steps,
             array(select concat_ws(' ', n.kind, n.occasion, n.round, n.state)
                     from notice n where n.course_id = c.id) as notices,
             array(select concat_ws(' ', d.id, d.given_on, d.claimed_dose_number, d.product_code,
                                    d.municipality_code)
                     from dose d where d.course_id = c.id and d.voided_at is null) as doses
        from course_link l join course c on c.id = l.course_id
       where l.resident_id = ${residentId} and c.closed_because is distinct from 'merged'`
    return course
  }
}

type CourseNow = {
  id: string
  home: string
  stage: string
  overdueOn: string | null
  steps: model.Step[]
  notices: string[]
  doses: string[]
}

function listed(steps: model.Step[], notices: string[], doses: string[]) {
  const planned = steps
    .filter(({ kind }) => kind !== 'stage')
    .map(({ kind, round, on, occasion }) => [kind, round, on, occasion].join(' '))
  return { steps: planned.sort(), notices: [...notices].sort(), doses: [...doses].sort() }
}

function later(a: string, b: string): string {
  return a > b ? a : b
}
