// T18: the server as docker-compose.yml sets it up refuses whoever shows no certificate of its own
// authority, and, with an authorizer, whoever shows no token for what is asked.
import { join } from 'node:path'
import { Connection, type ConnectionOptions } from '@temporalio/client'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { temporalConnectionOptions } from '../../config/temporal.ts'
import { ensureNamespace } from '../../tools/compose/namespace.ts'
import { makeTemporalCertificates } from '../../tools/compose/temporal-certificates.ts'
import { ensureSearchAttributes } from '../../workers/search-attributes.ts'
import { CourseModel, dayOf } from '../support/course-fixture.ts'
import { eventually, startTestWorker } from '../support/course-worker.ts'
import { type GuardedTemporal, startGuardedTemporal } from '../support/guarded-temporal.ts'

const namespace = 'sesshu'
const permissionDenied = 7
type ServiceError = { code?: number } | undefined

afterEach(() => vi.unstubAllEnvs())

const isDone = () => true
const isNotYet = () => false

/** As a container of compose is told: by environment, with the folder mounted at its place. */
function told(temporal: GuardedTemporal, folder: string, token?: string) {
  vi.stubEnv('TEMPORAL_CONFIG_FILE', undefined)
  vi.stubEnv('TEMPORAL_TLS_CLIENT_CERT_PATH', join(folder, 'cert.pem'))
  vi.stubEnv('TEMPORAL_TLS_CLIENT_KEY_PATH', join(folder, 'key.pem'))
  vi.stubEnv('TEMPORAL_TLS_SERVER_CA_CERT_PATH', join(temporal.certificates, 'sesshu', 'ca.pem'))
  vi.stubEnv('TEMPORAL_TLS_SERVER_NAME', 'temporal')
  vi.stubEnv('TEMPORAL_API_KEY', token ?? '')
  return temporalConnectionOptions(temporal.address)
}

async function listNamespaces(options: ConnectionOptions): Promise<string> {
  try {
    const connection = await Connection.connect({ ...options, connectTimeout: '3s' })
    try {
      await connection.workflowService.listNamespaces({})
      return 'answered'
    } finally {
      await connection.close()
    }
  } catch (error) {
    // A connection asks a first question of its own.
    const codes = [error, (error as Error).cause].map((each) => (each as ServiceError)?.code)
    return codes.includes(permissionDenied) ? 'permission denied' : 'not connected'
  }
}

async function runACourse(
  temporal: GuardedTemporal,
  connection: ReturnType<typeof told>,
): Promise<void> {
  const model = new CourseModel()
  const worker = await startTestWorker(
    { address: temporal.address, namespace, connection },
    model.activities(),
  )
  const courseId = model.openCourse()
  const facts = model.giveDose(courseId, { number: 1, on: dayOf(0) })
  // A part of the server may not have heard of the search attributes yet; the relay waits as well.
  await eventually(() => worker.tell(courseId, facts).then(isDone, isNotYet))
  await worker.until(courseId, ({ stage }) => stage === 'awaitingSecondDose')
  await worker.tell(courseId, model.giveDose(courseId, { number: 2, on: dayOf(21) }))
  await worker.course(courseId).result()
  await worker.stop()
}

/** As tools/compose/prepare.ts does. */
async function prepare(options: ConnectionOptions): Promise<void> {
  const connection = await Connection.connect(options)
  await ensureNamespace(connection, namespace)
  await ensureNamespace(connection, namespace)
  await eventually(() => ensureSearchAttributes(connection, namespace).then(isDone, isNotYet))
  await connection.close()
}

describe('by certificate alone', () => {
  test('T18: calls without one are refused, and a course runs with one', async () => {
    const temporal = await startGuardedTemporal({ hasAuthorizer: false })
    try {
      const { address, certificates } = temporal
      const ours = told(temporal, join(certificates, 'sesshu'))
      const { serverRootCACertificate } = ours.tls as { serverRootCACertificate: Buffer }
      const nameless = { serverRootCACertificate, serverNameOverride: 'temporal' }
      const foreign = join(certificates, 'foreign')
      makeTemporalCertificates(foreign)

      expect(await listNamespaces({ address })).toBe('not connected')
      expect(await listNamespaces({ address, tls: nameless })).toBe('not connected')
      const stranger = told(temporal, join(foreign, 'sesshu'))
      expect(await listNamespaces(stranger)).toBe('not connected')
      expect(await listNamespaces(ours)).toBe('answered')

      await prepare(ours)
      await runACourse(temporal, ours)
    } finally {
      await temporal.stop()
    }
  })
})

describe('by certificate and token', () => {
  test('T18: each may do what its token says, and without one nothing', async () => {
    const temporal = await startGuardedTemporal({ hasAuthorizer: true })
    try {
      const folder = join(temporal.certificates, 'sesshu')
      const ours = told(
        temporal,
        folder,
        temporal.token('sesshu', ['temporal-system:admin', 'sesshu:admin']),
      )
      await prepare(ours)
      expect(await listNamespaces(told(temporal, folder))).toBe('permission denied')
      const forged = `${temporal.token('sesshu', ['temporal-system:admin']).slice(0, -8)}AAAAAAAA`
      expect(await listNamespaces(told(temporal, folder, forged))).toBe('permission denied')
      expect(await listNamespaces({ address: temporal.address })).toBe('not connected')

      const reader = told(temporal, folder, temporal.token('reader', ['sesshu:read']))
      const connection = await Connection.connect(reader)
      const { workflowService } = connection
      await workflowService.listWorkflowExecutions({ namespace })
      const signal = workflowService.signalWorkflowExecution({
        ...{ namespace, workflowExecution: { workflowId: 'course/1' }, signalName: 'closed' },
      })
      await expect(signal).rejects.toMatchObject({ code: permissionDenied })
      await connection.close()

      await runACourse(temporal, ours)
    } finally {
      await temporal.stop()
    }
  })
})
