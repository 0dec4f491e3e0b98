import { existsSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { Connection } from '@temporalio/client'

const PROBE_TIMEOUT_MS = 2_000
const HEALTH_SERVICE = 'temporal.api.workflowservice.v1.WorkflowService'

/** Throws unless something accepts connections on the loopback port. */
export async function probePort(port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: PROBE_TIMEOUT_MS })
    socket.once('connect', () => {
      socket.destroy()
      resolve()
    })
    socket.once('timeout', () => socket.destroy(new Error(`port ${port} does not answer`)))
    socket.once('error', reject)
  })
}

/** Throws unless something accepts connections on the socket. */
export async function probeSocket(path: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const socket = connect({ path, timeout: PROBE_TIMEOUT_MS })
    socket.once('connect', () => {
      socket.destroy()
      resolve()
    })
    socket.once('timeout', () => socket.destroy(new Error('the socket does not answer')))
    socket.once('error', reject)
  })
}

/** Throws unless HTTP is answered; an answer that reports trouble elsewhere is an answer. */
export async function probeHttp(url: string): Promise<void> {
  const response = await fetch(url, {
    signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
    redirect: 'manual',
  })
  await response.body?.cancel()
}

/** Throws unless the server serves and knows the namespace. */
export async function probeTemporal(address: string, namespace: string): Promise<void> {
  const connection = await Connection.connect({ address, connectTimeout: PROBE_TIMEOUT_MS })
  try {
    await connection.withDeadline(Date.now() + PROBE_TIMEOUT_MS, async () => {
      await connection.healthService.check({ service: HEALTH_SERVICE })
      await connection.workflowService.describeNamespace({ namespace })
    })
  } finally {
    await connection.close()
  }
}

/** Throws until the process with that pid has announced itself in its ready file. */
export async function probeReadyFile(path: string, pid: number): Promise<void> {
  if (existsSync(path) && readFileSync(path, 'utf8') === String(pid)) return
  throw new Error('not announced yet')
}
