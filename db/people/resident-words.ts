/** What a resident says on the own page or at the desk, sealed under the own key. Never to be logged. */
import { open, seal, type Vault } from '../../vault/vault.ts'
import type { Tx } from '../client.ts'
import type { CourseHome } from '../queries/plan-input.ts'
import { unlockPeople } from './keys.ts'
import { placeOf } from './places.ts'

/** As it was typed: a day that may be none, a place in free words. */
export type ResidentWords = { on?: string; place?: string }

/** Undefined when the person was erased meanwhile. */
export async function sealWords(
  tx: Tx,
  vault: Vault,
  said: {
    row: CourseHome
    messageId: string
    words: ResidentWords
    purpose: 'residentPage' | 'callDesk'
  },
): Promise<Uint8Array | undefined> {
  const { row, messageId, words, purpose } = said
  const asked = { purpose, rows: [row], fields: ['note' as const] }
  const keys = (await unlockPeople(tx, vault, asked)).get(row.residentId)
  return keys && seal(keys, placeOf('residentWords', row, messageId), JSON.stringify(words))
}

/** For the clerk who answers; one look. */
export async function openWords(
  tx: Tx,
  vault: Vault,
  { row, messageId, sealed }: { row: CourseHome; messageId: string; sealed: Uint8Array },
): Promise<ResidentWords | undefined> {
  const asked = { purpose: 'answerResident', rows: [row], fields: ['note' as const] }
  const keys = (await unlockPeople(tx, vault, asked)).get(row.residentId)
  return keys && JSON.parse(open(keys, placeOf('residentWords', row, messageId), sealed))
}
