/** A page whose seconds pass only when a test lets them: what it shows stands for as long as is looked. */
import type { Page } from 'playwright-core'

/**
 * Runs before the page's own scripts. Playwright's clock would also take away what the page measures
 * its reads by, and the times of the keys by which it knows a scanner.
 */
export const holdTime = `
  const { setTimeout: start, clearTimeout: stop } = window
  // Whatever is shorter is the page's next step and nothing that anybody waits for.
  const heldFromMs = 1_000
  const held = new Map()
  const startedAfterAll = new Map()
  let flows = false
  let lastName = 0

  window.setTimeout = (run, ms = 0, ...given) => {
    if (flows || ms < heldFromMs) return start(run, ms, ...given)
    // No timer of the browser's has a name below zero.
    lastName -= 1
    held.set(lastName, { run: () => run(...given), leftMs: ms })
    return lastName
  }
  window.clearTimeout = (timer) => {
    if (!held.delete(timer)) stop(startedAfterAll.get(timer) ?? timer)
  }
  // The browser's own would go by a timer that cannot be held.
  AbortSignal.timeout = (ms) => {
    const ending = new AbortController()
    window.setTimeout(() => ending.abort(new DOMException('signal timed out', 'TimeoutError')), ms)
    return ending.signal
  }
  window.passTime = (ms) => {
    for (const [timer, one] of [...held]) {
      one.leftMs -= ms
      if (one.leftMs <= 0 && held.delete(timer)) one.run()
    }
  }
  window.letTimeFlow = () => {
    flows = true
    for (const [timer, { run, leftMs }] of held) startedAfterAll.set(timer, start(run, leftMs))
    held.clear()
  }`

/** What was due within so many milliseconds happens now. */
export async function passTime(page: Page, ms: number): Promise<void> {
  await page.evaluate(`passTime(${ms})`)
}

/** From here on the page's time passes by itself, until another page is loaded. */
export async function letTimeFlow(page: Page): Promise<void> {
  await page.evaluate('letTimeFlow()')
}
