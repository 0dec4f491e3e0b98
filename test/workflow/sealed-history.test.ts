// What Temporal keeps of a course: ciphertext, and a short list of things in the open, each named.

import { Client } from '@temporalio/client'
import { ApplicationFailure } from '@temporalio/common'
import proto from '@temporalio/proto'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { z } from 'zod'
import { activityOf } from '../../activities/failures.ts'
import { sesshuDataConverter } from '../../codec/data-converter.ts'
import { createLog } from '../../config/log.ts'
import { stages } from '../../domain/course.ts'
import { courseAttributeKeys } from '../../workflows/course-attributes.ts'
import { courseWorkflowId } from '../../workflows/messages.ts'
import { CourseModel, dayOf } from '../support/course-fixture.ts'
import { eventually, startTestWorker, type TestWorker } from '../support/course-worker.ts'
import { hitsInFiles, keptIn } from '../support/kept-text.ts'
import { daysMs, skipTime } from '../support/time-skipping.ts'

const { History } = proto.temporal.api.history.v1
const { ListWorkflowExecutionsResponse } = proto.temporal.api.workflowservice.v1

const marker = 'KENSHO 見本花子 hanako@example.jp'
const model = new CourseModel()
const log = createLog({ name: 'test', to: { write: () => {} } })
const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'
/** Everything that may stand in the open, by what it is. */
const allowed: Record<string, RegExp> = {
  'random id': new RegExp(`^${uuid}$`),
  'workflow id': new RegExp(`^course/${uuid}$`),
  'task queue': new RegExp(`^test-${uuid}$`),
  'queue of one worker, by its identity': /^(test|worker@\d+)-[0-9a-f]{32}$/,
  identity: /^test$|^history-service$|^worker@\d+$/,
  'name of ours':
    /^(vaccinationCourse|sendNotice|openFollowUp|newestFacts|doseGiven|relocated|corrected|replanned|closed)$/,
  'number of a timer or an activity': /^\d{1,4}$/,
  'search attribute, its name': /^(MunicipalityCode|CourseStage|Product|NextNoticeOn)$/,
  'search attribute, its type': /^(Keyword|Datetime)$/,
  "the server's own list of builds": /^(BuildIds|KeywordList)$|^\["unversioned",.*\]$/,
  "the server's own words": /^request-from-RespondWorkflowTaskCompleted$/,
  'time skipped in tests': /^skip-\d+$/,
  'search attribute, a code or a day': new RegExp(
    `^"(\\d{6}|${stages.join('|')}|pfizer|\\d{4}-\\d\\d-\\d\\dT00:00:00(\\.000)?Z)"$|^null$|^\\[\\]$`,
  ),
  'kind of a failure':
    /^(outage|programmingError|personNotVisible)$|^Encoded failure$|^activity error$|^TypeScriptSDK$/,
  'the format itself': /^(json\/plain|encoding|type)$/,
  'the SDK': /^temporal-typescript$|^1\.24\.0$|^@temporalio\/worker@1\.24\.0[\w+.-]*$/,
}

let worker: TestWorker
let failures = 2

beforeAll(async () => {
  const activities = model.activities()
  worker = await startTestWorker(inject('temporal'), {
    ...activities,
    // Fails once as the shipped ones do, once as they never may: even then a history keeps no word.
    sendNotice: async (ask) => {
      failures -= 1
      if (failures === 1) {
        await activityOf({ log }, 'sendNotice', z.unknown(), async () => {
          throw new Error(marker, { cause: marker })
        })({})
      }
      if (failures === 0)
        throw ApplicationFailure.create({ type: 'outage', message: marker, details: [marker] })
      return activities.sendNotice(ask)
    },
  })
})
afterAll(() => worker.stop())

async function aLongCourse(): Promise<string> {
  const courseId = model.openCourse()
  await worker.tell(courseId, model.giveDose(courseId, { number: 1, on: dayOf(0) }))
  await skipTime(worker.client, courseWorkflowId(courseId), daysMs(10))
  await worker.tell(courseId, model.move(courseId, dayOf(10)))
  await worker.until(courseId, ({ cause }) => cause === 'relocated')
  await skipTime(worker.client, courseWorkflowId(courseId), daysMs(62))
  await worker.tell(courseId, model.giveDose(courseId, { number: 2, on: dayOf(72) }))
  await worker.course(courseId).result()
  return courseId
}

test('T18: of a history and a list everything is ciphertext but codes, days and random ids', async () => {
  const courseId = await aLongCourse()
  expect(failures).toBeLessThan(0)
  const history = await worker.history(courseWorkflowId(courseId))
  const row = await visibilityRow(courseId)
  const kept = { history: keptIn(History.fromObject(history)), row: keptIn(row) }

  const open = [...kept.history.open, ...kept.row.open]
  const kindOf = (text: string) =>
    Object.keys(allowed).find((kind) => allowed[kind]?.test(text)) ?? 'not allowed'
  expect(open.filter(({ text }) => kindOf(text) === 'not allowed')).toEqual([])

  const attributes = open.filter(({ path }) => /indexedFields\.[^.]+\.data$/.test(path))
  const names = new Set(attributes.map(({ path }) => path.split('.').at(-2)))
  names.delete('BuildIds')
  expect([...names].sort()).toEqual(courseAttributeKeys.map(({ name }) => name).sort())
  expect(kept.row.sealed).toEqual([])
  // What an operator reads is there, and sealed: the words, the facts, the failures.
  const ofKind = (pattern: RegExp) => kept.history.sealed.filter((path) => pattern.test(path))
  expect(ofKind(/userMetadata\.summary$/).length).toBeGreaterThan(5)
  expect(ofKind(/Signaled.*input\.payloads/).length).toBe(3)
  expect(ofKind(/lastFailure.*encodedAttributes$/).length).toBeGreaterThan(0)
})

test('T18: the server keeps the codes on disk, and none of the words', async () => {
  const courseId = await aLongCourse()
  const { dbFile } = inject('temporal')
  const seen = hitsInFiles(dbFile, [courseWorkflowId(courseId), 'MunicipalityCode'])
  for (const hits of Object.values(seen)) expect(hits).toBeGreaterThan(0)
  const words = ['dosesGiven', 'workflowNowMs', '接種コース', 'vaccination course', '督促', marker]
  expect(hitsInFiles(dbFile, words)).toEqual(Object.fromEntries(words.map((word) => [word, 0])))
})

test('a payload that cannot be opened stops its own course, and no other', async () => {
  const [broken, sound] = [model.openCourse(), model.openCourse()]
  for (const courseId of [broken, sound]) {
    await worker.tell(courseId, model.giveDose(courseId, { number: 1, on: dayOf(0) }))
  }
  const stranger = new Client({
    connection: worker.client.connection,
    namespace: inject('temporal').namespace,
    dataConverter: sesshuDataConverter('a-key-that-nobody-here-has-ever-heard-of'),
  })
  const handle = stranger.workflow.getHandle(courseWorkflowId(broken))
  await handle.signal('doseGiven', model.facts(broken))
  await eventually(async () => {
    const { raw } = await handle.describe()
    return (raw.pendingWorkflowTask?.attempt ?? 0) > 1
  })
  await worker.tell(sound, model.giveDose(sound, { number: 2, on: dayOf(21) }))
  await worker.course(sound).result()
  await handle.terminate()
})

async function visibilityRow(courseId: string) {
  const { namespace } = inject('temporal')
  const query = `WorkflowId = '${courseWorkflowId(courseId)}'`
  for (;;) {
    const found = await worker.client.workflowService.listWorkflowExecutions({ namespace, query })
    if (found.executions.length > 0)
      return ListWorkflowExecutionsResponse.fromObject(found).executions
  }
}
