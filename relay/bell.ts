/** Lets a loop wait for news without missing what came while it was busy. */
export type Bell = {
  ring(): void
  /** Until the bell rings, at once if it rang since the last wait, or after `ms`. */
  waitForRing(ms: number): Promise<void>
  /** For `ms`, whatever rings. */
  sleep(ms: number): Promise<void>
}

export function createBell(): Bell {
  let hasRung = false
  let answer: (() => void) | undefined
  return {
    ring() {
      hasRung = true
      answer?.()
    },
    async waitForRing(ms) {
      if (!hasRung) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms)
          answer = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
      answer = undefined
      hasRung = false
    },
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  }
}
