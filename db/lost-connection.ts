import type { Log } from '../config/log.ts'

const lostCodes = /^(CONNECTION_|CONNECT_TIMEOUT|ECONN|EPIPE|57P0)/

/**
 * The connection died under a statement. Nothing may be said to it any more, not even rollback (the
 * server has rolled back), and it must not go back to the pool: the driver finds a new one itself.
 */
export function connectionIsLost(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' && lostCodes.test(code)
}

/**
 * Keeps a process alive when the driver stumbles over a connection that died while a transaction held
 * it: its delayed write finds no socket and throws where nobody can catch (postgres 3.4.9,
 * `connection.js`, `nextWrite`). The statement itself has already failed, or is failed by its caller's
 * time limit. Anything else uncaught ends the process, as without this.
 */
export function outliveLostConnections(log: Log): void {
  process.on('uncaughtException', (error) => {
    if (isDriverStumble(error)) {
      log.warn('a database connection was lost in the middle of a transaction')
      return
    }
    log.fatal({ error }, 'an error that nobody caught')
    process.exit(1)
  })
}

function isDriverStumble(error: Error): boolean {
  return error instanceof TypeError && /postgres\/\w+\/.*connection\.js/.test(error.stack ?? '')
}
