import { AsyncLocalStorage } from 'node:async_hooks'

/**
 * Who is behind a look at a person: an account, a device, or a process of the system. The access
 * ledger keeps these three words of every look.
 */
export type Actor = {
  /** Account or device id, or `process/<name>`. Never a person's name. */
  id: string
  role: string
  /** The municipality that employs the account, or `system`. */
  office: string
  /** Emergency access under which it looks; every look then carries it. */
  breakGlassId?: string
}

const acting = new AsyncLocalStorage<Actor>()

let ofProcess: Actor = { id: 'process/unnamed', role: 'process', office: 'system' }

/** Said once by every process as it starts. */
export function nameProcess(name: string): void {
  ofProcess = { id: `process/${name}`, role: 'process', office: 'system' }
}

/** Everything that `work` does, across awaits, is done by `actor`. */
export function actAs<T>(actor: Actor, work: () => T): T {
  return acting.run(actor, work)
}

export function currentActor(): Actor {
  return acting.getStore() ?? ofProcess
}
