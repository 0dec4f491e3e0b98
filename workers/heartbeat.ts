/** Beats for every activity while it runs, so that a killed worker is noticed within seconds. */
import { heartbeat } from '@temporalio/activity'
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker'

const beatEveryMs = 500

export function beatingInterceptor(): ActivityInboundCallsInterceptor {
  return {
    async execute(input, next) {
      // Most activities are over before the first beat, which then costs nothing.
      const timer = setInterval(() => heartbeat(), beatEveryMs)
      try {
        return await next(input)
      } finally {
        clearInterval(timer)
      }
    },
  }
}
