/** What the outbox is made of. Nothing here knows a browser: tests give other stores and clocks. */

/** One scan as it is sent. The outbox reads nothing of it but the id, which names nobody. */
export type OutboxScan = { scanId: string; [field: string]: unknown }

export type Sealed = { iv: Uint8Array<ArrayBuffer>; box: Uint8Array<ArrayBuffer> }

/** A scan that the system has not acknowledged. `keptAt` in milliseconds since the epoch. */
export type UnsentRow = Sealed & {
  /** The order in which scans were kept; given by the store. */
  seq: number
  scanId: string
  keptAt: number
  /** How often the system answered that it could not; a poor connection does not count. */
  faults: number
}

/** A scan that came back: refused or held after nobody stood before the tablet any more. */
export type ConflictRow = {
  seq: number
  scanId: string
  keptAt: number
  cameBackAt: number
  /** Of the refusal, or why it is held; words for it are in `i18n/problems`. */
  code: string
  status: number
  /** What was scanned; without it the system has the scan itself, or nobody can read it. */
  sealed?: Sealed
}

/** As the venue lead's list gets it. */
export type Conflict = Pick<ConflictRow, 'scanId' | 'code' | 'status'> & {
  /** ISO instants by the tablet's clock. */
  keptAt: string
  cameBackAt: string
  scan?: OutboxScan
}

export type Counts = { unsent: number; oldestAt?: number; conflicts: number }

/** Rows in order, each change whole and on the disk when its promise is kept. */
export type OutboxStore = {
  /** Does nothing for a scan that is there already. Throws `OutboxError` when there is no room. */
  add(row: Omit<UnsentRow, 'seq'>): Promise<void>
  /** The first one behind `seq`. */
  nextUnsent(seq: number): Promise<UnsentRow | undefined>
  nextConflict(seq: number): Promise<ConflictRow | undefined>
  noteFault(seq: number): Promise<void>
  removeUnsent(seq: number): Promise<void>
  /** From one list into the other, in one step. */
  turnIntoConflict(seq: number, conflict: Omit<ConflictRow, 'seq'>): Promise<void>
  removeConflict(seq: number): Promise<void>
  counts(): Promise<Counts>
}

/** Seals under a key that the page itself cannot read out; bound to the scan's id. */
export type OutboxSeal = {
  seal(scanId: string, text: string): Promise<Sealed>
  /** Undefined when the key is lost, or the row is not what was sealed. */
  open(scanId: string, sealed: Sealed): Promise<string | undefined>
}

/** `full`: the outbox's own limit; `noSpace`: the tablet's. */
export type OutboxErrorCode = 'full' | 'noSpace' | 'tooLarge' | 'notAvailable'

/** The scan is not kept: whoever scanned must be told so, and write it down on paper. */
export class OutboxError extends Error {
  readonly code: OutboxErrorCode

  constructor(code: OutboxErrorCode, options?: ErrorOptions) {
    super(`The scan could not be kept: ${code}`, options)
    this.name = 'OutboxError'
    this.code = code
  }
}

export type OutboxState = Counts & {
  /** The oldest has waited for longer than a shift: the lead has to look after the connection. */
  isOld: boolean
  /** More than nine tenths of what the outbox takes. */
  isNearlyFull: boolean
}

/** Why a flush ended before the end. */
export type Stopped =
  /** No connection, or none that leads to the system. */
  | 'offline'
  /** The system is there and cannot just now. */
  | 'tryLater'
  /** The tablet's key or token is not taken any more. */
  | 'signIn'
  /** Locked, or the venue is closed: an administrator decides. */
  | 'notNow'

export type Outcome = {
  scanId: string
  kind: 'recorded' | 'held' | 'refused' | 'unreadable'
  status: number
  code?: string
  /** Kept for so long that nobody waited for the answer. */
  isLate: boolean
}

export type FlushResult = {
  sent: number
  /** New on the to-do list of this tablet. */
  conflicts: number
  /** Still unsent. */
  left: number
  stopped?: Stopped
  /** The code that the system gave with it, for words. */
  code?: string
  retryAfterMs?: number
  outcomes: Outcome[]
}

export type Post = (scan: OutboxScan) => Promise<Response>
export type Report = (conflict: Conflict) => Promise<Response>
