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
const apartMs = 30
/** A clock may be held right after a reading: it is not reckoned on for longer. */
const reckonedOnMaxMs = 25

/** Between two readings the time is reckoned on a little, at the pace from the one before. */
export async function readCampaignTime(client: Client): Promise<CampaignTime> {
  let last = { wallMs: Date.now(), campaignMs: await askMs(client) }
  let pace = 0
  return {
    nowMs: () => last.campaignMs + Math.min(Date.now() - last.wallMs, reckonedOnMaxMs) * pace,
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
