import { Connection, type ConnectionOptions, isGrpcServiceError } from '@temporalio/client'
import { isAtLeast } from '../../supervisor/program-version.ts'
import { oldestServer } from '../../supervisor/temporal-binary.ts'
import { searchAttributes } from '../../workers/search-attributes.ts'
import { type Check, type Finding, fail, ok } from './check.ts'

const grpcNotFound = 5

/** The first of the namespaces that is there is looked at. */
export type TemporalTarget = { options: ConnectionOptions; namespaces: string[] }

export function temporalChecks(target: TemporalTarget): Check[] {
  const ask = (look: (connection: Connection, namespace: string) => Promise<Finding>) => () =>
    withTemporal(target, look)
  return [
    { name: 'Temporal server', look: ask(lookAtServer) },
    { name: 'Search attributes', look: ask(lookAtSearchAttributes) },
  ]
}

async function lookAtServer(connection: Connection, namespace: string): Promise<Finding> {
  const { serverVersion } = await connection.workflowService.getSystemInfo({})
  const message = `server ${serverVersion ?? 'of unknown version'}, namespace ${namespace}`
  if (serverVersion && isAtLeast(serverVersion, oldestServer)) return ok(message)
  return fail(message, `Upgrade it to ${oldestServer} or newer, one minor version at a time.`)
}

async function lookAtSearchAttributes(connection: Connection, namespace: string): Promise<Finding> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace })
  const wrong = Object.entries(searchAttributes).filter(
    ([name, type]) => customAttributes?.[name] !== type,
  )
  if (wrong.length === 0) return ok(Object.keys(searchAttributes).join(', '))
  const names = wrong.map(([name]) => name).join(', ')
  return fail(`missing or of another type: ${names}`, 'Run npx sesshu up, which registers them.')
}

async function withTemporal(
  { options, namespaces }: TemporalTarget,
  look: (connection: Connection, namespace: string) => Promise<Finding>,
): Promise<Finding> {
  const connection = await Connection.connect({ ...options, connectTimeout: '5s' })
  try {
    return await look(connection, await firstThere(connection, namespaces))
  } finally {
    await connection.close()
  }
}

async function firstThere(connection: Connection, namespaces: string[]): Promise<string> {
  for (const namespace of namespaces) {
    try {
      await connection.workflowService.describeNamespace({ namespace })
      return namespace
    } catch (error) {
      if (!isGrpcServiceError(error) || error.code !== grpcNotFound) throw error
    }
  }
  throw new Error(`the server has no namespace ${namespaces.join(' or ')}`)
}
