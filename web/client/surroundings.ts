/** The browser's own events and timers, for `keepFlushing`. */
import type { Surroundings } from './reconnect.ts'

export const browserSurroundings: Surroundings = {
  onReconnect(listener) {
    const whenSeen = () => {
      if (document.visibilityState === 'visible') listener()
    }
    addEventListener('online', listener)
    addEventListener('pageshow', listener)
    document.addEventListener('visibilitychange', whenSeen)
    return () => {
      removeEventListener('online', listener)
      removeEventListener('pageshow', listener)
      document.removeEventListener('visibilitychange', whenSeen)
    }
  },
  wait(ms, then) {
    const timer = setTimeout(then, ms)
    return () => clearTimeout(timer)
  },
  random: () => Math.random(),
}
