/** What the tablet may choose from, as the system says; asked in the tablet's name, so it says who it is. */
import { signedFetch } from './dpop.ts'
import { keepValue, keptValue } from './kept.ts'
import { onDayOf } from './settings.ts'

export type ScanSetup = {
  venue: { code: string; name: string; municipalityCode: string; municipalityName: string }
  /** The system's day: in a demo not the calendar's. */
  today: string
  isCampaign: boolean
  products: { code: string; nameJa: string; nameEn: string }[]
  lots: { productCode: string; lotNumber: string; expiresOn?: string }[]
}

const keptUnder = 'setup'
/** A connection that leads nowhere must not keep a queue waiting. */
const answerWithinMs = 5_000

/** Kept for when there is no connection. Throws when the system is not reached, or cannot answer now. */
export async function readSetup(): Promise<ScanSetup | Response> {
  const signal = AbortSignal.timeout(answerWithinMs)
  const response = await signedFetch('/api/v1/scan-setup', { signal })
  if (response.status >= 500 || response.status === 429) throw new Error('not now')
  if (!response.ok) return response
  const setup = (await response.json()) as ScanSetup
  await keepValue(keptUnder, setup)
  return setup
}

/** As it was last told, on the day of the calendar: a campaign's days are told by the system alone. */
export async function keptSetup(): Promise<ScanSetup | undefined> {
  const kept = await keptValue<ScanSetup>(keptUnder)
  return kept && onDayOf(kept, Date.now())
}
