/** What time it is in the campaign, as the system says: the simulator has no clock of its own. */
import { z } from 'zod'
import type { Client } from './client.ts'

const health = z.object({
  clock: z.object({ campaignAt: z.iso.datetime({ offset: true }), pace: z.number().min(0) }),
})

export type CampaignTime = {
  nowMs(): number
  pace(): number
  /** Takes an answer's own instant as the newest reading. */
  note(campaignAtMs: number | undefined): void
  read(): Promise<void>
}

export async function readCampaignTime(client: Client): Promise<CampaignTime> {
  let reading = { wallMs: 0, campaignMs: 0, pace: 0 }
  const read = async () => {
    const answer = await client.send('GET', '/health')
    const { clock } = health.parse(answer.body)
    reading = { wallMs: Date.now(), campaignMs: Date.parse(clock.campaignAt), pace: clock.pace }
  }
  await read()
  return {
    nowMs: () => reading.campaignMs + (Date.now() - reading.wallMs) * reading.pace,
    pace: () => reading.pace,
    note(campaignMs) {
      if (campaignMs === undefined) return
      reading = { ...reading, wallMs: Date.now(), campaignMs }
    },
    read,
  }
}
