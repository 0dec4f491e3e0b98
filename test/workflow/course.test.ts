// A course on the real server, its weeks skipped by the server: what leaves and where it then stands.
import { ApplicationFailure } from '@temporalio/common'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type CourseFacts, isOver } from '../../domain/course.ts'
import {
  courseStageKey,
  municipalityCodeKey,
  nextNoticeOnKey,
} from '../../workflows/course-attributes.ts'
import { courseFacts, courseWorkflowId, recheck } from '../../workflows/messages.ts'
import { CourseModel, dayOf, newTown, oldTown } from '../support/course-fixture.ts'
import { startTestWorker, type TestWorker, testCodec } from '../support/course-worker.ts'
import { daysMs, skipTime } from '../support/time-skipping.ts'

const model = new CourseModel()
let worker: TestWorker

beforeAll(async () => {
  worker = await startTestWorker(inject('temporal'), model.activities())
})
afterAll(() => worker.stop())

const skipDays = (courseId: string, days: number, by = worker) =>
  skipTime(by.client, courseWorkflowId(courseId), daysMs(days))
const sentFor = (courseId: string) =>
  model.sent.filter((s) => s.courseId === courseId).map(({ kind, round, on }) => [kind, round, on])
const stageOf = async (courseId: string) =>
  (await worker.course(courseId).query(courseFacts))?.stage

async function firstDoseToday(by = worker): Promise<string> {
  const courseId = model.openCourse()
  await by.tell(courseId, model.giveDose(courseId, { number: 1, on: dayOf(0) }))
  return courseId
}

// Side by side, since most of a test is waiting for the server to skip.
describe.concurrent('a course', () => {
  test('two doses cost at most 14 events, 6 transitions and 3 KB', async () => {
    const courseId = await firstDoseToday()
    await worker.until(courseId, ({ stage }) => stage === 'awaitingSecondDose')
    await worker.tell(courseId, model.giveDose(courseId, { number: 2, on: dayOf(21) }))
    await worker.course(courseId).result()

    const { raw } = await worker.course(courseId).describe()
    const info = raw.workflowExecutionInfo
    expect(Number(info?.historyLength)).toBeLessThanOrEqual(14)
    expect(Number(info?.stateTransitionCount)).toBeLessThanOrEqual(6)
    expect(Number(info?.historySizeBytes)).toBeLessThanOrEqual(3 * 1024)
    expect(await stageOf(courseId)).toBe('complete')
  })

  test('a missing second dose: overdue, two rounds, follow-up by hand, each on its day', async () => {
    const courseId = await firstDoseToday()
    await skipDays(courseId, 21)
    expect(await stageOf(courseId)).toBe('awaitingSecondDose')
    await skipDays(courseId, 1)
    expect(await stageOf(courseId)).toBe('secondDoseOverdue')
    expect(sentFor(courseId)).toEqual([])
    await skipDays(courseId, 50)

    expect(sentFor(courseId)).toEqual([
      ['reminder', 1, dayOf(43)],
      ['reminder', 2, dayOf(57)],
    ])
    expect(model.followedUp.filter((f) => f.courseId === courseId)).toEqual([
      { courseId, on: dayOf(71) },
    ])
    const { status, typedSearchAttributes } = await worker.course(courseId).describe()
    expect(status.name).toBe('RUNNING')
    expect(typedSearchAttributes.get(courseStageKey)).toBe('inFollowUp')
    expect(typedSearchAttributes.get(nextNoticeOnKey)).toBeUndefined()
  })

  test('a second dose after all that completes the course', async () => {
    const courseId = await firstDoseToday()
    await skipDays(courseId, 72)
    await worker.tell(courseId, model.giveDose(courseId, { number: 2, on: dayOf(72) }))
    await worker.course(courseId).result()
    expect(sentFor(courseId)).toHaveLength(2)
  })

  test('a second dose recorded a moment before the reminder: no reminder, even unheard of', async () => {
    const courseId = await firstDoseToday()
    await skipDays(courseId, 42.8)
    const facts = model.giveDose(courseId, { number: 2, on: dayOf(30), recordedOn: dayOf(42) })
    // The news is still on its way when the timer fires: the check before sending finds the dose.
    await skipDays(courseId, 1)
    await worker.course(courseId).result()
    expect(sentFor(courseId)).toEqual([])

    await worker.tell(courseId, facts)
    await worker.course(courseId).result()
    expect(sentFor(courseId)).toEqual([])
  })

  test('a move re-homes the running course with what it still owes', async () => {
    const courseId = await firstDoseToday()
    await skipDays(courseId, 10)
    const town = async () =>
      (await worker.course(courseId).describe()).typedSearchAttributes.get(municipalityCodeKey)
    expect(await town()).toBe(oldTown)
    await worker.tell(courseId, model.move(courseId, dayOf(10)))
    await worker.until(courseId, ({ cause }) => cause === 'relocated')
    await skipDays(courseId, 35)

    expect(await town()).toBe(newTown)
    expect(model.sent.filter((s) => s.courseId === courseId)).toEqual([
      { courseId, kind: 'relocationNotice', round: 1, on: dayOf(17), by: newTown },
      { courseId, kind: 'reminder', round: 1, on: dayOf(43), by: newTown },
    ])
  })

  test('dose 2 heard of before dose 1: nobody is reminded, and both complete the course', async () => {
    const courseId = model.openCourse()
    await worker.tell(courseId, model.giveDose(courseId, { number: 2, on: dayOf(0) }))
    await worker.until(courseId, ({ version }) => version === 1)
    await skipDays(courseId, 90)
    expect(sentFor(courseId)).toEqual([])
    await worker.tell(
      courseId,
      model.giveDose(courseId, { number: 1, on: dayOf(-21), recordedOn: dayOf(90) }),
    )
    await worker.course(courseId).result()
    expect(await stageOf(courseId)).toBe('complete')
  })

  test('version 3 delivered after version 5 closed the course: adopts the newest, sends nothing', async () => {
    const courseId = await firstDoseToday()
    model.touch(courseId, dayOf(0))
    const third = model.touch(courseId, dayOf(0))
    model.touch(courseId, dayOf(0))
    const fifth = model.reportDeath(courseId, dayOf(50))
    await worker.tell(courseId, fifth)
    await worker.course(courseId).result()
    const closedRun = (await worker.course(courseId).describe()).runId

    // Its reminder is long due by its own facts.
    const due = third.steps.map((step) => ({ ...step, at: new Date(0).toISOString() }))
    await worker.tell(courseId, { ...third, steps: due })
    await worker.course(courseId).result()
    const revived = await worker.course(courseId).describe()
    expect(revived.runId).not.toBe(closedRun)
    expect(revived.status.name).toBe('COMPLETED')
    expect(await worker.course(courseId).query(courseFacts)).toMatchObject({
      version: 5,
      stage: 'closed',
      closedBecause: 'deceased',
    })
    expect(revived.typedSearchAttributes.get(courseStageKey)).toBe('closed')
    expect(sentFor(courseId)).toEqual([])
  })

  test('a correction reopens a complete course, which then reminds again', async () => {
    const courseId = await firstDoseToday()
    await worker.tell(courseId, model.giveDose(courseId, { number: 2, on: dayOf(1) }))
    await worker.course(courseId).result()

    await worker.tell(courseId, model.voidLastDose(courseId, dayOf(2)))
    await worker.until(courseId, ({ stage }) => stage === 'awaitingSecondDose')
    await skipDays(courseId, 44)
    expect(sentFor(courseId)).toEqual([['reminder', 1, dayOf(43)]])
  })

  test('recheck answers with what the database holds, and the course goes by it', async () => {
    const courseId = await firstDoseToday()
    const newest = model.giveDose(courseId, { number: 2, on: dayOf(21) })
    const answer = await worker.course(courseId).executeUpdate(recheck)
    expect(answer).toEqual(newest)
    await worker.course(courseId).result()
    expect(await worker.course(courseId).query(courseFacts)).toEqual(newest)
  })

  test('a started course without news asks for its facts', async () => {
    const courseId = model.openCourse()
    model.giveDose(courseId, { number: 1, on: dayOf(0) })
    await worker.client.workflow.start('vaccinationCourse', {
      workflowId: courseWorkflowId(courseId),
      taskQueue: worker.taskQueue,
      args: [{ courseId }],
    })
    await worker.until(courseId, ({ stage }) => stage === 'awaitingSecondDose')
    const { typedSearchAttributes } = await worker.course(courseId).describe()
    expect(typedSearchAttributes.get(municipalityCodeKey)).toBe(oldTown)
  })

  test('a signal by hand with nonsense in it, or of another name, stops no course', async () => {
    const courseId = await firstDoseToday()
    const course = worker.course(courseId)
    await course.signal('doseGiven', undefined)
    await course.signal('corrected', { version: 9, stage: 'perhaps', steps: [] })
    await course.signal('corrected', { version: 9, stage: 'complete', steps: [{ at: 'soon' }] })
    await course.signal('unheardOf', 1)
    expect(await stageOf(courseId)).toBe('awaitingSecondDose')
  })

  test('a hint that was too early is asked about again, a second apart at least', async () => {
    const courseId = model.openCourse()
    const early = (facts: CourseFacts): CourseFacts => ({
      ...facts,
      steps: facts.steps
        .filter((s) => s.kind === 'reminder')
        .map((s) => ({ ...s, at: new Date(0).toISOString() })),
    })
    const facts = model.giveDose(courseId, { number: 1, on: dayOf(0) })
    const askedAt: number[] = []
    const other = await startTestWorker(inject('temporal'), {
      ...model.activities(),
      sendNotice: async ({ workflowNowMs }) => {
        askedAt.push(workflowNowMs)
        return early(facts)
      },
    })
    try {
      await other.tell(courseId, early(facts))
      await skipTime(other.client, courseWorkflowId(courseId), 5_000)
      expect(askedAt.length).toBeGreaterThan(1)
      const between = askedAt.slice(1).map((at, i) => at - askedAt[i]!)
      expect(Math.min(...between)).toBeGreaterThanOrEqual(1_000)
      await other.course(courseId).terminate()
    } finally {
      await other.stop()
    }
  })

  test('a step that fails for good ends no course: it is tried again, and news are heard', async () => {
    const courseId = model.openCourse()
    let faults = 2
    const faulty = await startTestWorker(inject('temporal'), {
      ...model.activities(),
      sendNotice: async (ask) => {
        faults -= 1
        if (faults >= 0) throw ApplicationFailure.nonRetryable('a fault', 'programmingError')
        return model.activities().sendNotice(ask)
      },
    })
    try {
      await faulty.tell(courseId, model.giveDose(courseId, { number: 1, on: dayOf(0) }))
      await skipDays(courseId, 42.9, faulty)
      expect(sentFor(courseId)).toEqual([])
      await skipDays(courseId, 0.2, faulty)
      expect(sentFor(courseId)).toEqual([['reminder', 1, dayOf(43)]])
      await faulty.tell(courseId, model.giveDose(courseId, { number: 2, on: dayOf(44) }))
      await faulty.course(courseId).result()
    } finally {
      await faulty.stop()
    }
  })

  test('the words of a run: start, timers, activities and details, in Japanese and English', async () => {
    const courseId = await firstDoseToday()
    await skipDays(courseId, 44)
    const { events } = await worker.history(courseWorkflowId(courseId))
    const sealed = (events ?? []).flatMap((event) => event.userMetadata?.summary ?? [])
    const summaries = await testCodec.decode(sealed)
    expect(
      summaries.map(({ data }) => JSON.parse(Buffer.from(data ?? []).toString('utf8'))),
    ).toEqual([
      `接種コース ${courseId.slice(0, 8)} / vaccination course`,
      '6/23まで待機（次：2回目が期限超過に） / wait until 23 June 2021: dose 2 overdue',
      '7/14まで待機（次：督促1回目） / wait until 14 July 2021: reminder 1',
      '督促1回目：要否を再確認して手配 / reminder 1: check again, then queue',
      '7/28まで待機（次：督促2回目） / wait until 28 July 2021: reminder 2',
    ])
    const metadata = await worker
      .course(courseId)
      .query<{ currentDetails?: string }>('__temporal_workflow_metadata')
    expect(metadata.currentDetails).toContain('**2回目の期限超過・督促1回処理済**')
    expect(metadata.currentDetails).toContain('Next on 28 July 2021: reminder 2')
  })

  test('everything holds when each task starts from the history alone', async () => {
    const cold = await startTestWorker(inject('temporal'), model.activities(), {
      maxCachedWorkflows: 0,
    })
    try {
      const courseId = await firstDoseToday(cold)
      await skipDays(courseId, 44, cold)
      expect(sentFor(courseId)).toEqual([['reminder', 1, dayOf(43)]])
      expect(isOver((await cold.course(courseId).executeUpdate(recheck)).stage)).toBe(false)
      await cold.tell(courseId, model.giveDose(courseId, { number: 2, on: dayOf(44) }))
      await cold.course(courseId).result()
    } finally {
      await cold.stop()
    }
  })
})
