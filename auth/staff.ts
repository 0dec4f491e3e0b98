import { type AccountCaller, currentCaller } from './caller.ts'
import { Refusal } from './refusal.ts'

/** Somebody of one municipality, whose work it is to decide there. Throws `Refusal` 403. */
export function townClerk(): AccountCaller {
  const caller = currentCaller()
  if (caller?.kind !== 'account' || !/^\d{6}$/.test(caller.office)) {
    throw new Refusal(403, 'notAllowed')
  }
  return caller
}
