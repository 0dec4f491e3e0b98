/** What time it is in the campaign, as the system says: the simulator has no clock of its own. */
import { z } from 'zod'
import type { Client } from './client.ts'

const health = z.object({ clock: z.object({ campaignAt: z.iso.datetime({ offset: true }) }) })

export type CampaignTime = {
  nowMs(): number
  /** Takes an answer's own instant as the newest reading. */
  note(campaignAtMs: number | undefined): void
  read(): Promise<void>
}

/** Below this two readings lie too close together to tell the pace. */
const apartMs = 50

/**
 * Between two readings the time is reckoned on at the pace from the one before, and never beyond
 * what `read` would bring soon: a clock that is held is noticed at the next reading.
 */
export async function readCampaignTime(client: Client): Promise<CampaignTime> {
  let last = { wallMs: Date.now(), campaignMs: await askMs(client) }
  let pace = 0
  return {
    nowMs: () => last.campaignMs + (Date.now() - last.wallMs) * pace,
    note(campaignMs) {
      if (campaignMs !== undefined && campaignMs > last.campaignMs) {
        last = { wallMs: Date.now(), campaignMs }
      }
    },
    async read() {
      const campaignMs = await askMs(client)
      const wallMs = Date.now()
      if (wallMs - last.wallMs < apartMs) return
      pace = Math.max(0, (campaignMs - last.campaignMs) / (wallMs - last.wallMs))
      last = { wallMs, campaignMs }
    },
  }
}

async function askMs(client: Client): Promise<number> {
  const { body } = await client.send('GET', '/health')
  return Date.parse(health.parse(body).clock.campaignAt)
}
