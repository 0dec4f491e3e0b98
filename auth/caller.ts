import { AsyncLocalStorage } from 'node:async_hooks'
import { type Actor, actAs, currentActor } from '../config/actor.ts'
import { Refusal } from './refusal.ts'
import type { Role } from './roles.ts'

export type AccountCaller = {
  kind: 'account'
  id: string
  role: Role
  office: string
  session: Uint8Array
  /** Emergency access that is open in this very session. */
  breakGlass?: { id: string; municipalityCode: string }
}
export type DeviceCaller = {
  kind: 'device'
  id: string
  municipalityCode: string
  venueCode: string
  /** Since a ticket of this very request. */
  isLockedNow?: boolean
}
export type MachineCaller = {
  kind: 'machine'
  id: string
  office: string
  mayRecordScans: boolean
  mayManageRegister: boolean
}
/** Who sends a request, once it is known. */
export type Caller = { kind: 'anonymous' } | AccountCaller | DeviceCaller | MachineCaller

const calling = new AsyncLocalStorage<Caller>()

/** Everything that `work` does is done by the caller; the access ledger knows it as an actor. */
export function callAs<T>(caller: Caller, work: () => T): T {
  return calling.run(caller, () => actAs(actorOf(caller), work))
}

/** Undefined outside a request. */
export function currentCaller(): Caller | undefined {
  return calling.getStore()
}

export function actorOf(caller: Caller): Actor {
  switch (caller.kind) {
    case 'anonymous':
      return { id: 'anonymous', role: 'anonymous', office: 'none' }
    case 'account': {
      const { id, role, office, breakGlass } = caller
      return { id, role, office, ...(breakGlass && { breakGlassId: breakGlass.id }) }
    }
    case 'device':
      return { id: caller.id, role: 'device', office: caller.municipalityCode }
    case 'machine':
      return { id: caller.id, role: 'machine', office: caller.office }
  }
}

/** A municipality's people write in their own register alone. Processes and `system` are not bound. */
export function mayActFor(municipalityCode: string): boolean {
  const { office } = currentActor()
  return office === 'system' || office === municipalityCode
}

/** The same for looking; emergency access opens one more register, to be looked at. */
export function maySee(municipalityCode: string): boolean {
  if (mayActFor(municipalityCode)) return true
  const caller = currentCaller()
  return caller?.kind === 'account' && caller.breakGlass?.municipalityCode === municipalityCode
}

/** Throws `notYourMunicipality` before anything is looked up: known and unknown are told alike. */
export function assertMayActFor(municipalityCodes: Iterable<string>): void {
  for (const code of municipalityCodes) {
    if (!mayActFor(code)) throw new Refusal(403, 'notYourMunicipality')
  }
}

/** The only municipality that the actor works for; undefined when it is not bound to one. */
export function boundTo(): string | undefined {
  const { office } = currentActor()
  return office === 'system' ? undefined : office
}

/** Staff of one municipality. Throws Refusal for anybody else: whose findings should they see? */
export function townOfficer(): AccountCaller {
  const caller = currentCaller()
  if (caller?.kind !== 'account') throw new Refusal(401, 'unauthorized')
  if (!/^\d{6}$/.test(caller.office)) throw new Refusal(403, 'notYourMunicipality')
  return caller
}
