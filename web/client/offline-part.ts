/** The page's side of working without a connection: what is told, and how a tablet is emptied. */
import { enrolledDevice } from './device-key.ts'
import { signedFetch } from './dpop.ts'
import { type Conflict, type Outbox, OutboxError, type OutboxState } from './outbox.ts'
import { keepFlushing } from './reconnect.ts'
import { said } from './said.ts'
import { keepShell } from './shell.ts'
import { browserSurroundings } from './surroundings.ts'
import { type Verdict, verdictOf } from './verdict.ts'
import { bind, filled, onButton, place, say } from './view.ts'
import { wipeTablet } from './wipe.ts'

const answerWithinMs = 10_000
const wipedUnder = 'sesshu.scan.wiped'

/** Wires everything; `flush` is one attempt to send what is kept. */
export function setUpOfflinePart(outbox: Outbox, flush: () => ReturnType<Outbox['flush']>): void {
  outbox.onChange(tellState)
  keepFlushing(outbox, flush, browserSurroundings, ({ code }) => {
    if (code === 'deviceRevoked') void wipeRevoked(outbox)
  })
  tellWiped()
  onButton('leave', () => void leave(outbox))
  void keepShell(() => {
    place('newVersion').hidden = false
  })
    .then((shell) => onButton('changeVersion', () => shell?.changeNow()))
    .catch(() => {
      // Without a worker the page needs a connection to start, and works otherwise.
    })
}

/** Puts a scan that came back late on the list of whoever leads the venue. */
export async function reportConflict(conflict: Conflict): Promise<Response> {
  return await signedFetch('/api/v1/scan-conflicts', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(conflict),
    signal: AbortSignal.timeout(answerWithinMs),
  })
}

/** What whoever scanned sees when the scan could not even be kept. */
export function notKeptVerdict(error: unknown): Verdict {
  const code = error instanceof OutboxError ? error.code : 'notAvailable'
  const { notKept, notKeptToDo } = said.tablet
  return verdictOf('refused', { code, said: [{ message: notKept[code], whatToDo: notKeptToDo }] })
}

function tellState(state: OutboxState): void {
  bind('unsent', String(state.unsent))
  const { old, nearlyFull, cameBack } = said.tablet
  const lines = [
    ...(state.isNearlyFull ? [nearlyFull] : []),
    ...(state.isOld ? [old] : []),
    ...(state.conflicts > 0 ? [filled(cameBack, { n: state.conflicts })] : []),
  ]
  say('outbox', lines.length > 0 ? lines.join(' ') : undefined)
}

async function leave(outbox: Outbox): Promise<void> {
  const unsent = await outbox.count().catch(() => 0)
  const { leaveUnsent, leaveSure } = said.tablet
  if (!confirm(unsent > 0 ? filled(leaveUnsent, { n: unsent }) : leaveSure)) return
  await wipe(outbox)
}

/** Revoked, the tablet can send nothing any more: what is on it goes, and the page says how much that was. */
export async function wipeRevoked(outbox: Outbox): Promise<void> {
  if (await enrolledDevice()) await wipe(outbox)
}

async function wipe(outbox: Outbox): Promise<void> {
  const lost = await wipeTablet(outbox, { evenUnsent: true })
  sessionStorage.setItem(wipedUnder, String(lost))
  location.reload()
}

/** After the page was loaded anew, with nothing left of before. */
function tellWiped(): void {
  const lost = sessionStorage.getItem(wipedUnder)
  if (lost === null) return
  sessionStorage.removeItem(wipedUnder)
  const { wiped, wipedUnsent } = said.tablet
  say('wiped', lost === '0' ? wiped : filled(wipedUnsent, { n: lost }))
}
