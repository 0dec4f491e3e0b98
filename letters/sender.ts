/** Who signs a letter, from what a municipality has set. */
import { letterLimits } from './limits.ts'
import type { Sender } from './notice.ts'

export type SenderSettings = {
  municipalityName: string
  office: string
  phone: string
  /** Seven digits. */
  postcode: string
  address: string
}

export function senderFrom(settings: SenderSettings): Sender {
  const { municipalityName, office, phone, postcode, address } = settings
  const returnAddress = `〒${postcode.slice(0, 3)}-${postcode.slice(3)} ${address}`
  return {
    municipalityName,
    office,
    phone,
    // Too long for its place on the page: the letter matters more than the way back.
    ...([...returnAddress].length <= letterLimits.returnAddress && { returnAddress }),
  }
}
