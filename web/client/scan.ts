/** The tablet's page: from a code held up to a verdict, with everything between in its own file. */
import { DomainError } from '../../domain/errors.ts'
import { setUpAskPart } from './ask-part.ts'
import { wakeReader } from './codes.ts'
import {
  answered,
  begin,
  type Desk,
  dismiss,
  emptyDesk,
  isFree,
  refuse,
  type Slip,
  take,
  undone,
} from './desk.ts'
import { sayUndoProblem, setUpDeskPart } from './desk-part.ts'
import { isEnrolled, setUpDevicePart, showTrouble, troubleOfResponse } from './device-part.ts'
import { endShift } from './dpop.ts'
import { wakeSound } from './feel.ts'
import { notKeptVerdict, setUpOfflinePart, wipeRevoked } from './offline-part.ts'
import { openOutbox } from './outbox.ts'
import { clockSkewMs } from './proof.ts'
import { setUpReadPart } from './read-part.ts'
import { said } from './said.ts'
import { scanBody } from './scan-body.ts'
import { senderOf, takeBack, unsentVerdict } from './send.ts'
import { confirmationGate, confirmedForMs, onDayOf } from './settings.ts'
import { setUpSettingsPart } from './settings-part.ts'
import { keptSetup, readSetup, type ScanSetup } from './setup-data.ts'
import { type ReadWay, ticketReadOf } from './ticket-read.ts'
import { type Verdict, verdictOf } from './verdict.ts'
import { bind, filled, partShown, place, say, showPart } from './view.ts'

/** An ok is read at a glance; whatever needs a hand waits for one. */
const passesAfterMs = 2_000
/** After this the queue goes on; the answer is still waited for. */
const patienceMs = 3_000
/** A clock this wrong is said while everything still works. */
const skewWorthSayingMs = 120_000
const minuteMs = 60_000

let desk: Desk = emptyDesk
let setup: ScanSetup | undefined

// Nothing is read where nothing can be kept: not over http, and not in a private window.
const outbox = await openOutbox().catch((error) => {
  showTrouble(isSecureContext ? 'noStore' : 'notSecure')
  throw error
})
const sender = senderOf(outbox, (scanId, verdict) => {
  update(answered(desk, scanId, verdict, Date.now()))
})

const deskPart = setUpDeskPart({
  next: (readId) => {
    const isOfDevice = desk.current?.verdict?.kind === 'deviceRefused'
    update(dismiss(desk, readId))
    // Whether the tablet may go on, and if not, what is to be done about it.
    if (isOfDevice) void start()
  },
  undo: (readId) => void undo(readId),
  ask: (current) => setup && askPart.ask(current, setup),
})
const askPart = setUpAskPart({
  answer: (readId, slip) => {
    // Asked about for so long that another half day began: it is read again after the confirmation.
    if (stopsToConfirm()) return
    // From here it is the system's time and not that of whoever typed.
    performance.mark(`read ${readId}`)
    update(take(desk, readId, slip))
    void sendCurrent(readId, slip)
  },
  leave: (readId) => update(dismiss(desk, readId)),
})
const settingsPart = setUpSettingsPart(() => {
  wakeSound()
  wakeReader()
  showPart('read')
  confirmAgainInTime()
})
const stopsToConfirm = confirmationGate({
  nowMs: Date.now,
  settings: () => (partShown() === 'read' ? settingsPart.settings() : undefined),
  confirm: confirmAgain,
})
setUpDevicePart(
  () => {
    history.replaceState(null, '', `/scan${said.lang === 'en' ? '?lang=en' : ''}`)
    void start()
  },
  () => {
    // With a token of its own: a server may still think of the old one as it was.
    endShift()
    void start()
  },
)
setUpReadPart({
  read: onRead,
  nothing: (words) => {
    const verdict = verdictOf('notATicket', { said: [{ message: words, whatToDo: '' }] })
    update(refuse(desk, newRead({ readBy: 'qr', number: '' }, performance.now()), verdict))
  },
})

/** One read, whichever way it came in. Answers whether it was taken. */
function onRead(text: string, way: ReadWay, atMs: number): boolean {
  if (partShown() !== 'read' || !setup || stopsToConfirm()) return false
  if (!isFree(desk)) {
    // A scanner has beeped: whoever holds it must learn that the read does not count. A camera offers again.
    if (way === 'wedge') say('busy', said.busy)
    return false
  }
  try {
    const read = newRead(ticketReadOf(text, way), atMs)
    update(begin(desk, read))
    const { current } = desk
    if (current?.phase === 'sending' && current.slip) void sendCurrent(read.readId, current.slip)
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    const verdict = verdictOf('notATicket', { code: error.code, said: problemWords(error.code) })
    update(refuse(desk, newRead({ readBy: 'qr', number: '' }, atMs), verdict))
  }
  return true
}

/** Its id is the scan's: by it the answer finds the read that it is about, and no other. */
function newRead(read: ReturnType<typeof ticketReadOf>, atMs: number) {
  const readId = crypto.randomUUID()
  performance.mark(`read ${readId}`, { startTime: atMs })
  return { readId, read, readAtMs: Date.now() }
}

async function sendCurrent(readId: string, slip: Slip): Promise<void> {
  const settings = settingsPart.settings()
  const { current } = desk
  if (!settings || !setup || current?.readId !== readId || current.phase !== 'sending') return
  // A campaign's day may last a second: the day is asked for. A calendar's day is known.
  if (setup.isCampaign) await readSetupAgain()
  const { today } = onDayOf(setup, systemNowMs())
  const scan = scanBody({ readId, read: current.read, slip, settings, today })
  setTimeout(() => {
    const isWaiting = desk.current?.readId === readId && desk.current.phase === 'sending'
    if (isWaiting) update(answered(desk, readId, unsentVerdict, Date.now()))
  }, patienceMs)
  try {
    await sender.send(scan)
  } catch (error) {
    return update(answered(desk, readId, notKeptVerdict(error), Date.now()))
  }
  const isUnanswered = desk.current?.readId === readId && desk.current.phase === 'sending'
  if (isUnanswered) update(answered(desk, readId, unsentVerdict, Date.now()))
}

async function undo(readId: string): Promise<void> {
  const verdict = desk.last.find((line) => line.readId === readId)?.verdict
  if (!verdict) return
  const outcome = await takeBack(verdict)
  if (outcome === 'undone') update(undone(desk, readId))
  else sayUndoProblem(outcome === 'over' ? said.undoIsOver : said.undoFailed)
}

function update(next: Desk): void {
  desk = next
  deskPart.draw(desk)
  showNetwork()
  const { current } = desk
  if (current?.verdict?.isPassing) passLater(current.readId, current.verdict)
}

/** Only if it still stands there, and still says the same. */
function passLater(readId: string, verdict: Verdict): void {
  setTimeout(() => {
    if (desk.current?.readId === readId && desk.current.verdict === verdict) {
      update(dismiss(desk, readId))
    }
  }, passesAfterMs)
}

function problemWords(code: string) {
  const { title, detail } = said.problems[code] ?? {}
  return title && detail ? [{ title, message: detail, whatToDo: '' }] : []
}

async function readSetupAgain(): Promise<void> {
  const read = await readSetup().catch(() => undefined)
  if (read && !(read instanceof Response)) setup = read
}

/** Who this tablet is, and what it may choose from; or why it cannot work. */
async function start(): Promise<void> {
  if (!isSecureContext || !crypto.subtle) return showTrouble('notSecure')
  if (!(await isEnrolled())) return showTrouble('notEnrolled')
  const read = await readSetup().catch(() => keptSetup())
  if (!read) return showTrouble('away')
  if (read instanceof Response) return await stopFor(read)
  delete document.body.dataset.trouble
  setup = read
  settingsPart.begin(read)
  await sender.flush()
}

/** The tablet itself is refused; one that an administrator has shut out keeps nothing. */
async function stopFor(read: Response): Promise<void> {
  const { trouble, code } = await troubleOfResponse(read)
  if (code === 'deviceRevoked') await wipeRevoked(outbox)
  showTrouble(trouble)
}

let confirmTimer: ReturnType<typeof setTimeout> | undefined
function confirmAgainInTime(): void {
  clearTimeout(confirmTimer)
  confirmTimer = setTimeout(() => void start(), confirmedForMs(Date.now()) + 1)
}

/** By the tablet's clock, put right by what the last answer said of the time. */
const systemNowMs = () => Date.now() + clockSkewMs()

/** At once, with what is known; and again when the system has said what may be chosen now. */
function confirmAgain(): void {
  if (!setup) return
  const { current } = desk
  if (current?.phase === 'asking') update(dismiss(desk, current.readId))
  setup = onDayOf(setup, systemNowMs())
  settingsPart.begin(setup)
  void start()
}

function showNetwork(): void {
  bind('network', navigator.onLine ? said.online : said.offline)
  place('network').dataset.network = navigator.onLine ? 'online' : 'offline'
  const skew = Math.abs(clockSkewMs())
  const minutes = Math.round(skew / minuteMs)
  say('clock', skew > skewWorthSayingMs ? filled(said.clockOff, { n: minutes }) : undefined)
}

addEventListener('online', () => showNetwork())
addEventListener('offline', () => showNetwork())
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') stopsToConfirm()
})
setUpOfflinePart(outbox, sender.flush)

showNetwork()
if (location.pathname.startsWith('/scan/enrol')) showTrouble('notEnrolled')
else await start()
