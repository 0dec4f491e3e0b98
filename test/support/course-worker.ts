import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client, Connection, type WorkflowHandle } from '@temporalio/client'
import type { temporal } from '@temporalio/proto'
import {
  DefaultLogger,
  makeTelemetryFilterString,
  NativeConnection,
  Runtime,
  Worker,
  type WorkerOptions,
} from '@temporalio/worker'
import { sesshuDataConverter } from '../../codec/data-converter.ts'
import { parseCodecKeys } from '../../codec/keys.ts'
import { createPayloadCodec } from '../../codec/payload-codec.ts'
import type { temporalConnectionOptions } from '../../config/temporal.ts'
import type { Activities } from '../../domain/activity-contract.ts'
import type { CourseFacts } from '../../domain/course.ts'
import { workflowBundle } from '../../workers/bundle.ts'
import { workerOptions } from '../../workers/options.ts'
import { courseStart } from '../../workflows/course-start.ts'
import { courseFacts, courseWorkflowId, courseWorkflowType } from '../../workflows/messages.ts'
import type { vaccinationCourse } from '../../workflows/vaccination-course.ts'

Runtime.install({
  logger: new DefaultLogger('ERROR'),
  workerHeartbeatInterval: 0,
  telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR' }) } },
})

type History = temporal.api.history.v1.IHistory

export type TestWorker = {
  client: Client
  taskQueue: string
  /** Brings news as the relay does. */
  tell(courseId: string, facts: CourseFacts): Promise<void>
  course(courseId: string): WorkflowHandle<typeof vaccinationCourse>
  /** Polls the course's own answer until it fits; the test's time limit is the only limit. */
  until(courseId: string, fits: (facts: CourseFacts) => boolean): Promise<CourseFacts>
  history(workflowId: string): Promise<History>
  stop(): Promise<void>
}

/** Not secret: histories that were recorded with it are kept beside the tests. */
export const testCodecKeys = 'the-codec-key-of-tests-and-of-kept-histories'
export const testDataConverter = sesshuDataConverter(testCodecKeys)
export const testCodec = createPayloadCodec(parseCodecKeys(testCodecKeys))

export type WhereToWork = {
  address: string
  namespace: string
  /** How it shows who it is, where that is asked. */
  connection?: ReturnType<typeof temporalConnectionOptions>
}

/** A worker with the shipped options on a task queue of its own, with the activities of a test. */
export async function startTestWorker(
  { address, namespace, connection: how = { address } }: WhereToWork,
  activities: Partial<Activities>,
  overrides: Partial<WorkerOptions> = {},
): Promise<TestWorker> {
  const taskQueue = `test-${randomUUID()}`
  const nativeConnection = await NativeConnection.connect(how)
  const connection = await Connection.connect(how)
  const dataConverter = testDataConverter
  const client = new Client({ connection, namespace, dataConverter, identity: 'test' })
  const worker = await Worker.create({
    ...workerOptions({
      connection: nativeConnection,
      namespace,
      workflowBundle: await workflowBundle(),
      activities: activities as Activities,
      dataConverter,
    }),
    taskQueue,
    identity: 'test',
    shutdownGraceTime: 0,
    ...overrides,
  })
  const running = worker.run()

  const course = (courseId: string) =>
    client.workflow.getHandle<typeof vaccinationCourse>(courseWorkflowId(courseId))
  const history = (workflowId: string) => client.workflow.getHandle(workflowId).fetchHistory()
  return {
    client,
    taskQueue,
    course,
    history,
    tell: async (courseId, facts) => {
      const start = { ...courseStart(courseId, facts), taskQueue }
      await client.workflow.signalWithStart(courseWorkflowType, start)
    },
    until: async (courseId, fits) => {
      let facts: CourseFacts | undefined
      await eventually(async () => {
        facts = await course(courseId).query(courseFacts)
        return facts !== undefined && fits(facts)
      })
      return facts as unknown as CourseFacts
    },
    stop: async () => {
      worker.shutdown()
      await running
      await connection.close()
      await nativeConnection.close()
    },
  }
}

/** Asks until it is so; the test's time limit is the only limit. */
export async function eventually(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(20)
}
