/** Mail as its owner sees it on the own page: whether notices come by it, never which address it is. */
import type { Tx } from '../client.ts'
import type { MailLanguage } from '../people/mail-address.ts'
import type { CourseHome } from '../queries/plan-input.ts'

export type OwnMail = {
  state: 'none' | 'asked' | 'verified' | 'stopped'
  language?: MailLanguage
}

export async function readOwnMail(
  tx: Tx,
  { municipalityCode, residentId }: CourseHome,
): Promise<OwnMail> {
  const [row] = await tx<{ state: string; language: MailLanguage }[]>`
    select state, language from mail_address
     where municipality_code = ${municipalityCode} and resident_id = ${residentId}`
  if (!row) return { state: 'none' }
  const { state, language } = row
  return { state: state === 'verified' || state === 'stopped' ? state : 'asked', language }
}
