/**
 * Faults on purpose, in a copy of a finished campaign's folder: proof that the judge would see them.
 * Each kind changes what was true and told, or what left, so that exactly one counter moves.
 */
import { randomUUID } from 'node:crypto'
import { copyFile, cp, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Assessment, assess } from './assess.ts'
import { addDays, dayOf, instantOf } from './days.ts'
import { type Evidence, readEvidence } from './evidence.ts'
import type { LeftNotice } from './left-notice.ts'
import { recipientFinder } from './recipient.ts'
import { figuresFileName } from './report.ts'
import { type ToldLine, toldFileName } from './told-file.ts'
import { type TruthPerson, truthFileName } from './truth-file.ts'

export const plantKinds = ['dead', 'left', 'dosed', 'protected', 'duplicate', 'missed'] as const
export type PlantKind = (typeof plantKinds)[number]

/** Told so shortly before the notice left. */
const beforeMs = 60

/** Makes `into` (which must not exist), a copy of `from` with one fault. Answers what was done. */
export async function plant(options: {
  from: string
  into: string
  kind: PlantKind
}): Promise<string> {
  const { from, into, kind } = options
  const evidence = await readEvidence(from)
  const change = findChange(evidence, kind)
  if (!change) {
    throw new Error(`No notice in ${from} lets '${kind}' be planted alone; run a longer campaign.`)
  }
  await copyFolder(from, into)
  await change.apply(into)
  return change.what
}

type Change = { what: string; changed: Evidence; apply(folder: string): Promise<void> }

/** The latest notices first: fewest things come after them that a fault could upset too. */
function findChange(evidence: Evidence, kind: PlantKind): Change | undefined {
  const before = assess(evidence)
  const find = recipientFinder(evidence.truth.people)
  const latestFirst = [...evidence.notices].sort((a, b) => (a.day > b.day ? -1 : 1))
  for (const notice of latestFirst) {
    const person = find(notice)?.person
    const change = person && changeFor(kind, evidence, notice, person)
    if (change && movesOnly(kind, before, assess(change.changed))) return change
  }
  return undefined
}

function changeFor(
  kind: PlantKind,
  evidence: Evidence,
  notice: LeftNotice,
  person: TruthPerson,
): Change | undefined {
  const { day } = notice
  switch (kind) {
    case 'dead': {
      if (person.death) return undefined
      return tellBefore(evidence, notice, { ...person, death: { on: addDays(day, -1) } }, 'death')
    }
    case 'protected': {
      if (person.protection.length > 0) return undefined
      const changed = { ...person, protection: [{ from: day }] }
      return tellBefore(evidence, notice, changed, 'protection', 'protection/0')
    }
    case 'dosed': {
      const [first] = person.doses
      if (!first || person.doses.length > 1) return undefined
      const doses = [first, { ...first, doseNumber: 2, givenOn: day }]
      return tellBefore(evidence, notice, { ...person, doses }, 'scan', 'doses/1', 'recorded')
    }
    case 'left': {
      const home = person.residences.at(-1)!
      if (notice.channel !== 'letter' || person.residences.length > 1 || home.to) return undefined
      const { moveOutPlannedOn: _, ...lived } = home
      const moved = { ...lived, from: addDays(day, -1), address: `${home.address}の隣` }
      const residences = [{ ...home, to: addDays(day, -1) }, moved]
      return tellBefore(
        evidence,
        notice,
        { ...person, residences },
        'addressChanged',
        'residences/1',
      )
    }
    case 'duplicate': {
      if (notice.channel !== 'mail') return undefined
      return {
        what: `${notice.source} left twice`,
        changed: { ...evidence, notices: [...evidence.notices, notice] },
        apply: (folder) => {
          const path = (name: string) => join(folder, 'mail', name)
          return copyFile(path(notice.source), path(notice.source.replace(/\.eml$/, '-again.eml')))
        },
      }
    }
    case 'missed': {
      if (notice.channel !== 'mail') return undefined
      return {
        what: `${notice.source} never left`,
        changed: { ...evidence, notices: evidence.notices.filter((one) => one !== notice) },
        apply: (folder) => rm(join(folder, 'mail', notice.source)),
      }
    }
    default:
      return assertNever(kind)
  }
}

function tellBefore(
  evidence: Evidence,
  notice: LeftNotice,
  person: TruthPerson,
  kind: string,
  ref = kind,
  verdict?: string,
): Change {
  const { left } = notice
  const line: ToldLine = {
    factId: randomUUID(),
    kind,
    personId: person.id,
    ref,
    campaignAt: new Date(
      'campaignMs' in left ? left.campaignMs - beforeMs : instantOf(notice.day),
    ).toISOString(),
    wallAt: new Date('wallMs' in left ? left.wallMs - beforeMs : 0).toISOString(),
    ...(verdict && { verdict }),
  }
  const people = evidence.truth.people.map((one) => (one.id === person.id ? person : one))
  return {
    what: `${kind} of ${person.id} told on ${dayOf(Date.parse(line.campaignAt))}, just before ${notice.source}`,
    changed: {
      ...evidence,
      truth: { ...evidence.truth, people },
      told: [...evidence.told, line],
    },
    async apply(folder) {
      await replacePerson(join(folder, truthFileName), person)
      const path = join(folder, toldFileName)
      const told = await readFile(path, 'utf8')
      const whole = told.slice(0, told.lastIndexOf('\n') + 1)
      await writeFile(path, `${whole}${JSON.stringify(line)}\n`)
    },
  }
}

async function replacePerson(path: string, person: TruthPerson): Promise<void> {
  const lines = (await readFile(path, 'utf8')).split('\n')
  const changed = lines.map((line, i) => {
    const isTheirs = i > 0 && line !== '' && JSON.parse(line).id === person.id
    return isTheirs ? JSON.stringify({ ...JSON.parse(line), ...person }) : line
  })
  await writeFile(path, changed.join('\n'))
}

function movesOnly(kind: PlantKind, before: Assessment, after: Assessment): boolean {
  const [a, b] = [countersOf(before), countersOf(after)]
  const wanted = counterOf[kind]
  return Object.keys(b).every((name) =>
    name === wanted ? b[name]! > a[name]! : b[name] === a[name],
  )
}

const counterOf: Record<PlantKind, string> = {
  dead: 'dead',
  left: 'leftAddress',
  dosed: 'dosedAndRecorded',
  protected: 'protected',
  duplicate: 'duplicateNotices',
  missed: 'missedNotices',
}

function countersOf(assessment: Assessment): Record<string, number> {
  const { missedNotices, duplicateNotices, notOwedNotices, wrongNotices } = assessment
  return { missedNotices, duplicateNotices, notOwedNotices, ...wrongNotices }
}

/** Only what is judged: a copy of a running database's files would be worth nothing. */
async function copyFolder(from: string, into: string): Promise<void> {
  await mkdir(into, { recursive: false })
  for (const name of [truthFileName, toldFileName, figuresFileName, 'mail', 'letters']) {
    const exists = await stat(join(from, name)).catch(() => undefined)
    if (exists) await cp(join(from, name), join(into, name), { recursive: true })
  }
}

function assertNever(value: never): never {
  throw new Error(`Unknown plant: ${String(value)}`)
}
