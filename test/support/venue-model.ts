/**
 * The venue's rules told once more, simply: people with sheets, doses and visits, what is planned for them
 * and which notices they are owed. Plain objects; shares nothing with the plan, the sender or the judge.
 */
export type Day = string
export type Town = string

export type ModelDose = {
  id: string
  scanId: string
  recorded: number
  recordedOn: Day
  givenOn: Day
  claim: number
  product: 'pfizer' | 'moderna'
  sheet: Sheet
  /** The register that keeps it. */
  keptBy: Town
  isVoided: boolean
}
export type Sheet = { town: Town; number: string; registeredOn: Day; isRevoked: boolean }
type Notice = { state: 'queued' | 'held' | 'suppressed' | 'left'; on: Day; occasion: string }
export type Step = { kind: string; round: number; on: Day; occasion: string }

export type ModelPerson = {
  home: Town
  move?: { id: string; on: Day }
  sheets: Sheet[]
  doses: ModelDose[]
  lastScreenedOn?: Day
  hasCourse: boolean
  /** By kind, occasion and round. */
  notices: Map<string, Notice>
  followedUp: Set<string>
}

export const newPerson = (home: Town): ModelPerson => ({
  ...{ home, sheets: [], doses: [], hasCourse: false },
  ...{ notices: new Map(), followedUp: new Set() },
})

const later = (a: Day, b: Day | undefined) => (b !== undefined && b > a ? b : a)
const earlier = (a: Day, b: Day | undefined) => (b !== undefined && b < a ? b : a)
export const plus = (day: Day, days: number): Day =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
const keyOf = ({ kind, occasion, round }: Omit<Step, 'on'>) => `${kind} ${occasion} ${round}`

export function counting(person: ModelPerson): ModelDose[] {
  return person.doses
    .filter((dose) => !dose.isVoided)
    .sort((a, b) => (a.givenOn + a.id < b.givenOn + b.id ? -1 : 1))
}

/** The one dose after which a second is waited for. */
function waitingAfter(person: ModelPerson): ModelDose | undefined {
  const [dose, another] = counting(person)
  return dose && !another && dose.claim === 1 ? dose : undefined
}

export function stageOf(person: ModelPerson): string {
  const dose = waitingAfter(person)
  if (!dose) return counting(person).length >= 2 ? 'complete' : 'awaitingFirstDose'
  return person.followedUp.has(dose.id) ? 'inFollowUp' : 'waiting'
}

const overdueAfter = { pfizer: 22, moderna: 29 }
export function overdueOn(person: ModelPerson): Day | null {
  const dose = waitingAfter(person)
  return dose ? plus(dose.givenOn, overdueAfter[dose.product]) : null
}

/** What comes for this person; as if one notice had never been decided on, when it is named. */
export function stepsOf(person: ModelPerson, butFor?: string): Step[] {
  const dose = waitingAfter(person)
  if (!dose) return []
  const steps: Step[] = []
  const isDone = (step: Omit<Step, 'on'>) => {
    const notice = keyOf(step) === butFor ? undefined : person.notices.get(keyOf(step))
    return notice && notice.state !== 'held' ? notice : undefined
  }
  const { move } = person
  if (move && dose.givenOn <= move.on) {
    const sheets = person.sheets.filter((s) => s.town === person.home && !s.isRevoked)
    const first = sheets.map((s) => s.registeredOn).sort()[0]
    const step = { kind: 'relocationNotice', round: 1, occasion: move.id }
    if (!isDone(step)) steps.push({ ...step, on: earlier(plus(move.on, 7), first) })
  }
  const wait = person.lastScreenedOn && plus(person.lastScreenedOn, 14)
  let on = later(plus(overdueOn(person)!, 21), wait)
  if (person.followedUp.has(dose.id)) return steps
  for (const round of [1, 2]) {
    const step = { kind: 'reminder', round, occasion: dose.id }
    const done = isDone(step)
    if (!done) return inOrder([...steps, { ...step, on }])
    on = plus(done.on, 14)
  }
  return inOrder([...steps, { kind: 'followUp', round: 0, occasion: dose.id, on }])
}

export const inOrder = (steps: Step[]): Step[] =>
  [...steps].sort((a, b) => (a.on + a.kind < b.on + b.kind ? -1 : 1))

/** What a course does on a day: queues what has come, opens the follow-up by hand. */
export function live(person: ModelPerson, today: Day): void {
  for (;;) {
    const step = stepsOf(person).find(({ on }) => on <= today)
    if (!step) return
    if (step.kind === 'followUp') person.followedUp.add(step.occasion)
    else {
      const { occasion } = step
      person.notices.set(keyOf(step), { state: 'queued', on: today, occasion })
    }
  }
}

const stepNamed = (person: ModelPerson, key: string) =>
  stepsOf(person, key).find((step) => keyOf(step) === key)

/** The evening: what is still owed leaves. */
export function seal(person: ModelPerson, today: Day): void {
  for (const [key, notice] of person.notices) {
    if (notice.state !== 'queued') continue
    const step = stepNamed(person, key)
    const waits = person.lastScreenedOn && plus(person.lastScreenedOn, 14) > today
    if (!step) notice.state = 'suppressed'
    else if (waits && step.kind === 'reminder' && step.round === 1) notice.state = 'held'
    else Object.assign(notice, { state: 'left', on: today })
  }
}

/** A record was mended: what is queued and not owed is taken back, what was left out is owed again. */
export function reconsider(person: ModelPerson, today: Day): void {
  for (const [key, notice] of [...person.notices].sort()) {
    if (notice.state === 'left') continue
    const step = stepNamed(person, key)
    if (!step) notice.state = 'suppressed'
    else if (notice.state === 'suppressed' || step.on > today) notice.state = 'held'
  }
}

/** Which scan has used each slip of a sheet. */
export class Slips {
  readonly used = new Map<string, string>()

  use({ sheet, claim, scanId }: ModelDose): void {
    const key = `${sheet.number}/${claim}`
    if (!this.used.has(key)) this.used.set(key, scanId)
  }

  /** `others`: doses of the person whose slip it was taken for. */
  free(was: Pick<ModelDose, 'sheet' | 'claim' | 'scanId'>, others: ModelDose[]): void {
    const key = `${was.sheet.number}/${was.claim}`
    if (this.used.get(key) !== was.scanId) return
    this.used.delete(key)
    const [next] = others
      .filter((d) => !d.isVoided && d.sheet === was.sheet && d.claim === was.claim)
      .sort((a, b) => a.recorded - b.recorded)
    if (next) this.use(next)
  }
}
