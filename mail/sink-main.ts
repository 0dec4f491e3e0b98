/**
 * The mail sink as a process. Reads `SESSHU_DATA_DIR` and `SMTP_PORT` (0 or unset: any free port),
 * prints `{"ready":true,"port":N}` when it accepts mails, ends on SIGTERM or SIGINT.
 */
import { join } from 'node:path'
import { z } from 'zod'
import { startSink } from './sink.ts'

const environment = z.object({
  SESSHU_DATA_DIR: z
    .string({ error: 'is not set: it names the folder that holds all state' })
    .min(1),
  SMTP_PORT: z.coerce
    .number({ error: 'must be a port number' })
    .int()
    .min(0)
    .max(65_535, { error: 'must be a port number from 0 to 65535' })
    .default(0),
})

async function main(): Promise<void> {
  const parsed = environment.safeParse(process.env)
  if (!parsed.success) {
    for (const { path, message } of parsed.error.issues) {
      process.stderr.write(`mail sink: ${path.join('.')} ${message}\n`)
    }
    process.exitCode = 2
    return
  }
  const { SESSHU_DATA_DIR, SMTP_PORT } = parsed.data
  const sink = await startSink({ mailDir: join(SESSHU_DATA_DIR, 'mail'), port: SMTP_PORT })
  process.stdout.write(`${JSON.stringify({ ready: true, port: sink.port })}\n`)
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => void sink.close().then(() => process.exit(0)))
  }
}

main().catch((error: NodeJS.ErrnoException) => {
  const inUse = error.code === 'EADDRINUSE'
  const cure = inUse ? 'the port is in use; choose another SMTP_PORT, or 0' : error.message
  process.stderr.write(`mail sink: ${cure}\n`)
  process.exit(1)
})
