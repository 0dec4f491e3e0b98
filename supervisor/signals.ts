import type { System } from './start-system.ts'

type Stoppable = Pick<System, 'stop' | 'force'>

/** npm and npx pass on a Ctrl-C that the terminal has already sent: one press arrives twice. */
const ONE_PRESS_MS = 1_000
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Resolves when a signal has come and the system has stopped. The first one drains, part by part;
 * a second one ends every process at once.
 */
export async function drainOnSignals(
  system: Stoppable,
  tell: (line: string) => void,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    let firstAt: number | undefined
    const onSignal = (): void => {
      if (firstAt === undefined) {
        firstAt = performance.now()
        tell('Stopping. What is under way is finished first; Ctrl-C again ends it at once.')
        system.stop().then(done, fail)
      } else if (performance.now() - firstAt > ONE_PRESS_MS) {
        tell('Ending every process now.')
        system.force()
      }
    }
    const forget = (): void => {
      for (const signal of SIGNALS) process.off(signal, onSignal)
    }
    const done = (): void => {
      forget()
      resolve()
    }
    const fail = (error: unknown): void => {
      forget()
      reject(error)
    }
    for (const signal of SIGNALS) process.on(signal, onSignal)
  })
}
