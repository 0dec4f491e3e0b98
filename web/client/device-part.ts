/** Why this tablet cannot work, in plain words; and how it is enrolled. */
import { enrol, enrolledDevice } from './device-key.ts'
import { endShift } from './dpop.ts'
import { clockSkewMs } from './proof.ts'
import { type DeviceTrouble, said } from './said.ts'
import type { Problem } from './verdict.ts'
import { bind, field, form, onButton, say, showOver, showPart } from './view.ts'

/** A proof older than this is refused (`auth/dpop.ts`). */
const clockToleranceMs = 600_000

/** What a refusal of the tablet itself means; undefined for anything else. */
function troubleOf(code: string | undefined): DeviceTrouble | undefined {
  if (code === 'unauthorized' || code === 'deviceRevoked') return 'revoked'
  if (code === 'deviceLocked' || code === 'outsideVenueHours' || code === 'anotherVenue')
    return code
  if (code === 'proofRefused') return isClockOff() ? 'clockOff' : 'revoked'
  return undefined
}

export async function troubleOfResponse(
  response: Response,
): Promise<{ trouble: DeviceTrouble; code: string | undefined }> {
  const problem = (await response.json().catch(() => undefined)) as Problem | undefined
  return { trouble: troubleOf(problem?.code) ?? 'away', code: problem?.code }
}

export function isClockOff(): boolean {
  return Math.abs(clockSkewMs()) > clockToleranceMs
}

export function showTrouble(trouble: DeviceTrouble): void {
  const { title, message, whatToDo } = said.device[trouble]
  bind('deviceTitle', title)
  bind('deviceMessage', message)
  bind('deviceWhatToDo', whatToDo)
  document.body.dataset.trouble = trouble
  const needsCode = trouble === 'notEnrolled' || trouble === 'revoked' || trouble === 'anotherVenue'
  form('enrol').hidden = !needsCode
  showOver(undefined)
  showPart('device')
}

/** Wires the form; `onEnrolled` begins the work. */
export function setUpDevicePart(onEnrolled: () => void, onAgain: () => void): void {
  onButton('again', onAgain)
  form('enrol').addEventListener('submit', (event) => {
    event.preventDefault()
    void enrolTyped(onEnrolled)
  })
}

async function enrolTyped(onEnrolled: () => void): Promise<void> {
  say('enrolProblem', undefined)
  const answer = await enrol(field('enrol-code').value, field('enrol-name').value).catch(
    () => undefined,
  )
  if (answer?.status === 201) {
    endShift()
    field('enrol-code').value = ''
    onEnrolled()
    return
  }
  const problem = (await answer?.json().catch(() => undefined)) as Problem | undefined
  const { away, clockOff } = said.device
  if (problem?.code === 'proofRefused' && isClockOff()) {
    say('enrolProblem', `${clockOff.message}${clockOff.whatToDo}`)
  } else if (problem) say('enrolProblem', `${problem.title} ${problem.detail} ${problem.whatToDo}`)
  else say('enrolProblem', `${away.title} ${away.whatToDo}`)
}

/** Whether there is a key here at all; what is asked before anything is sent. */
export async function isEnrolled(): Promise<boolean> {
  return (await enrolledDevice()) !== undefined
}
