/** Gathers a pack from the running system, as the authority may read it, and from the tests. */
import { reviewWithinHours } from '../auth/break-glass.ts'
import { listBreakGlass } from '../db/auth/break-glass.ts'
import type { Sql } from '../db/client.ts'
import { readAccess, readCrossings } from '../db/oversight/access.ts'
import { keyCounts, ledgerStanding, residentCounts, roleHolders } from '../db/oversight/figures.ts'
import { listIncidents } from '../db/oversight/incidents.ts'
import { planAnswersOf, planInForce, publishedPlans } from '../db/oversight/plan.ts'
import { newestPlan, planControls, planText } from '../db/oversight/plan-text.ts'
import { tokyoDateOf } from '../domain/calendar.ts'
import { proveControls, type TestRun } from '../domain/control.ts'
import { decidePiaForm } from '../domain/pia-form.ts'
import { purposeFields } from '../domain/purpose-fields.ts'
import {
  type KeysEvidence,
  type LedgerVerdict,
  type Pack,
  packFormat,
  type SealedField,
  type Shortfall,
} from './pack.ts'
import { readRetention } from './retention.ts'

export type Given = {
  municipalityCode: string
  now: Date
  software: Pack['software']
  /** Of the assessment, where they are not to be counted. */
  persons?: number | undefined
  handlers?: number | undefined
  hadSeriousAccident: boolean
  run: TestRun | undefined
  /** Undefined when the key process does not answer. */
  keys: { store: string; versions: Record<string, number[]> } | undefined
  verifyLedger: () => Promise<LedgerVerdict | undefined>
}

/** Undefined for a code that is in no list. */
export async function collectPack(sql: Sql, given: Given): Promise<Pack | undefined> {
  const { municipalityCode: code, now, run } = given
  const [town] = await sql<{ name: string }[]>`
    select prefecture || name as name from municipality where code = ${code}`
  if (!town) return undefined
  const on = tokyoDateOf(now)
  const counted = {
    persons: (await residentCounts(sql)).get(code) ?? 0,
    handlers: await handlersOf(sql, code),
  }
  const facts = {
    persons: given.persons ?? counted.persons,
    handlers: given.handlers ?? counted.handlers,
    hadSeriousAccident: given.hadSeriousAccident,
  }
  const ledger = await ledgerStanding(sql)
  const pack: Omit<Pack, 'shortfalls'> = {
    format: packFormat,
    municipality: { code, name: town.name },
    writtenAt: now.toISOString(),
    on,
    software: given.software,
    pia: {
      ...decidePiaForm(facts, on),
      arePersonsCounted: given.persons === undefined,
      areHandlersCounted: given.handlers === undefined,
    },
    plan: await planOf(sql, code),
    access: await readAccess(sql),
    crossings: await readCrossings(sql),
    sealedFields: sealedFields(),
    keys: await keysOf(sql, code, given.keys),
    retention: await readRetention(sql),
    ledger: {
      origin: ledger.origin,
      size: ledger.size,
      root: ledger.root,
      signedAt: ledger.signedAt?.toISOString() ?? null,
      verdict: (await given.verifyLedger()) ?? null,
    },
    emergencies: await emergenciesOf(sql, code),
    incidents: await listIncidents(sql, code),
    run: run
      ? { ranAt: run.ranAt, commit: run.commit, isDirty: run.isDirty, tests: run.tests.length }
      : null,
    proofs: proveControls(planControls(), run),
  }
  return { ...pack, shortfalls: shortfallsOf(pack) }
}

/** A promise without a passing test, above all; and what else a reader would ask for. */
function shortfallsOf(pack: Omit<Pack, 'shortfalls'>): Shortfall[] {
  const { run, plan, keys, ledger, proofs } = pack
  const unproven = proofs.filter(({ isProven }) => !isProven)
  return [
    ...(run === null
      ? [{ kind: 'noResults' as const }]
      : unproven.map(({ control }) => ({ kind: 'unproven' as const, control: control.id }))),
    ...(plan.inForce === null ? [{ kind: 'planNotAccepted' as const }] : []),
    ...(keys === null ? [{ kind: 'keydAway' as const }] : []),
    ...(ledger.size === null ? [{ kind: 'ledgerNotBegun' as const }] : []),
    ...(ledger.verdict?.isIntact === false ? [{ kind: 'ledgerDamaged' as const }] : []),
  ]
}

/** Accounts of the town's office, and those who run the system. Tablets are no people. */
async function handlersOf(sql: Sql, code: string): Promise<number> {
  const held = await roleHolders(sql)
  return held
    .filter(
      ({ office, role }) => office === code || role === 'operator' || role === 'printOperator',
    )
    .reduce((sum, { accounts }) => sum + accounts, 0)
}

async function planOf(sql: Sql, code: string): Promise<Pack['plan']> {
  const inForce = (await planInForce(sql, code)) ?? null
  const answers = await planAnswersOf(sql, code)
  const accepted = answers.find(
    ({ version, answer }) => version === inForce && answer === 'accepts',
  )
  const [published] = await publishedPlans(sql)
  const newest = published?.version ?? newestPlan().version
  const { ja, en } = (planText(inForce ?? newest) ?? newestPlan()).sha256
  return {
    inForce,
    acceptedAt: accepted?.answeredAt.toISOString() ?? null,
    newest,
    sha256: { ja: Buffer.from(ja).toString('hex'), en: Buffer.from(en).toString('hex') },
    answers,
  }
}

function sealedFields(): SealedField[] {
  return Object.entries(purposeFields).map(([purpose, { clients, fields }]) => ({
    ...{ purpose, clients, fields },
  }))
}

async function keysOf(sql: Sql, code: string, status: Given['keys']): Promise<KeysEvidence | null> {
  if (!status) return null
  const counts = await keyCounts(sql)
  return {
    store: status.store,
    versions: status.versions[code] ?? [],
    counts: counts.filter(({ municipalityCode }) => municipalityCode === code),
  }
}

async function emergenciesOf(sql: Sql, code: string): Promise<Pack['emergencies']> {
  const uses = await listBreakGlass(sql, reviewWithinHours, code)
  const late = uses.filter(({ isOverdue }) => isOverdue).length
  const reviewed = uses.filter(({ outcome }) => outcome !== null).length
  return { uses: uses.length, reviewed, waiting: uses.length - reviewed - late, late }
}
