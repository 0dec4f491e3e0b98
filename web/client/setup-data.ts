/** What the tablet may choose from, as the system says; asked in the tablet's name, so it says who it is. */
import { signedFetch } from './dpop.ts'

export type ScanSetup = {
  venue: { code: string; name: string; municipalityCode: string; municipalityName: string }
  /** The system's day: in a demo not the calendar's. */
  today: string
  isCampaign: boolean
  products: { code: string; nameJa: string; nameEn: string }[]
  lots: { productCode: string; lotNumber: string; expiresOn?: string }[]
}

export async function readSetup(): Promise<ScanSetup | Response> {
  const response = await signedFetch('/api/v1/scan-setup')
  return response.ok ? ((await response.json()) as ScanSetup) : response
}
