/** Versions of the supervisory plan, what each municipality said of them, and where which is in force. */
import type { Sql, Tx } from '../client.ts'
import type { PlanAnswer } from '../schema/oversight.ts'
import { planText, planVersions } from './plan-text.ts'

/**
 * Writes down the versions that lie in `data/plan`, as the tables' owner. Throws when the text of a
 * version that was published here has changed since: towns accepted the text that it was.
 */
export async function publishPlans(ownerSql: Sql): Promise<void> {
  for (const version of planVersions()) {
    const { ja, en } = planText(version)!.sha256
    await ownerSql`
      insert into plan_version (version, ja_sha256, en_sha256) values (${version}, ${ja}, ${en})
      on conflict (version) do nothing`
    const [kept] = await ownerSql<{ isSame: boolean }[]>`
      select ja_sha256 = ${ja} and en_sha256 = ${en} as "isSame" from plan_version
       where version = ${version}`
    if (kept?.isSame) continue
    throw new Error(
      `The text of plan version ${version} was changed after it had been published here. Restore it in data/plan/${version} and write the change as a version of its own.`,
    )
  }
}

export type PublishedPlan = { version: number; publishedAt: Date }

export async function publishedPlans(sql: Sql | Tx): Promise<PublishedPlan[]> {
  return sql<PublishedPlan[]>`
    select version, published_at as "publishedAt" from plan_version order by version desc`
}

export type Answered = {
  municipalityCode: string
  version: number
  answer: PlanAnswer
  comment: string | null
  answeredAt: Date
}

const answersAtMost = 500

/** Newest first; of all municipalities unless one is named. */
export async function planAnswersOf(sql: Sql | Tx, municipalityCode?: string): Promise<Answered[]> {
  return sql<Answered[]>`
    select municipality_code as "municipalityCode", version, answer, comment,
           answered_at as "answeredAt"
      from plan_answer
     where ${municipalityCode === undefined ? sql`true` : sql`municipality_code = ${municipalityCode}`}
     order by id desc limit ${answersAtMost}`
}

export type NewAnswer = {
  municipalityCode: string
  version: number
  answer: PlanAnswer
  comment?: string | undefined
  /** Account. */
  answeredBy: string
}

/** False when no such version was published. */
export async function answerPlan(sql: Sql | Tx, answer: NewAnswer): Promise<boolean> {
  const kept = await sql`
    insert into plan_answer (municipality_code, version, answer, comment, answered_by)
    select ${answer.municipalityCode}, version, ${answer.answer}, ${answer.comment || null},
           ${answer.answeredBy}
      from plan_version where version = ${answer.version}`
  return kept.count > 0
}

/** The version in force for one municipality; undefined where it has accepted none. */
export async function planInForce(sql: Sql | Tx, code: string): Promise<number | undefined> {
  const [row] = await sql<{ version: number | null }[]>`select plan_in_force(${code}) as version`
  return row?.version ?? undefined
}

/** Those of the municipalities in which no version is in force. A code that is in no list is not one. */
export async function townsWithoutPlan(sql: Sql | Tx, codes: string[]): Promise<string[]> {
  const rows = await sql<{ code: string }[]>`
    select code from municipality
     where code = any (${[...new Set(codes)]}::text[]) and plan_in_force(code) is null`
  return rows.map(({ code }) => code)
}
