/**
 * A municipality's own words on its letters: one person makes a version, another releases it, and what is
 * sealed from then on bears it. Names nobody. The database refuses whoever made it, and keeps what it was.
 */
import type { NoticeKind } from '../../domain/course.ts'
import { DomainError } from '../../domain/errors.ts'
import {
  faultsOf,
  type LetterParts,
  type LetterText,
  letterParts,
  standardText,
} from '../../domain/letter-text.ts'
import { type Sql, type Tx, withPurpose } from '../client.ts'
import { assertMunicipality } from './register-events.ts'

/** The released texts of a town, as a seal and a print need them. */
export type LetterTextBook = {
  /** What is sealed now bears it. */
  newest(kind: NoticeKind): LetterText
  /** What was sealed with it is printed by it; throws for a version that was never released. */
  of(kind: NoticeKind, version: number): LetterText
}

/** The town's released text, or the standard one. */
export async function letterTextsOf(
  tx: Tx,
  municipalityCode: string,
  kind: NoticeKind,
): Promise<LetterText> {
  return (await letterTextBook(tx, municipalityCode)).newest(kind)
}

export async function letterTextBook(tx: Tx, municipalityCode: string): Promise<LetterTextBook> {
  const rows = await tx<(LetterText & { kind: string })[]>`
    select kind, version, parts from letter_text
     where municipality_code = ${municipalityCode} and released_at is not null
     order by version desc`
  return {
    newest: (kind) => rows.find((row) => row.kind === kind) ?? standardText,
    of: (kind, version) => {
      if (version === standardText.version) return standardText
      const found = rows.find((row) => row.kind === kind && row.version === version)
      if (!found) throw new Error(`${municipalityCode} has no released text ${kind}/${version}`)
      return found
    },
  }
}

export type LetterTextRow = LetterText & {
  kind: NoticeKind
  /** Accounts. */
  madeBy: string
  madeAt: Date
  releasedBy: string | null
  releasedAt: Date | null
}

const columns = (sql: Sql | Tx) => sql`
  kind, version, parts, made_by as "madeBy", made_at as "madeAt", released_by as "releasedBy",
  released_at as "releasedAt"`

/** Of each kind the newest that is released, and what is being made. */
export function listLetterTexts(sql: Sql, municipalityCode: string): Promise<LetterTextRow[]> {
  return inTown(
    sql,
    municipalityCode,
    (tx) => tx<LetterTextRow[]>`
      select distinct on (kind, released_at is null) ${columns(tx)} from letter_text
       where municipality_code = ${municipalityCode} and dropped_at is null
       order by kind, released_at is null, version desc`,
  )
}

/**
 * Keeps a text that somebody made; it takes the place of what was being made before. Throws the first of
 * its faults, and `letterTextSame` when it is what letters bear already.
 */
export function makeLetterText(
  sql: Sql,
  key: LetterTextKey,
  { parts, by }: { parts: LetterParts; by: string },
): Promise<number> {
  const [fault] = faultsOf(parts)
  if (fault) throw new DomainError('letterTextFaulty', fault.code, fault.part)
  const { municipalityCode, kind } = key
  return change(sql, key, async (tx) => {
    await assertMunicipality(tx, municipalityCode, 'municipalityCode')
    const { parts: current } = await letterTextsOf(tx, municipalityCode, kind)
    if (letterParts.every((part) => current[part] === parts[part])) {
      throw new DomainError('letterTextSame', 'Letters bear this text already', 'title')
    }
    await tx`
      update letter_text set dropped_by = ${by}, dropped_at = clock_timestamp()
       where municipality_code = ${municipalityCode} and kind = ${kind}
         and released_at is null and dropped_at is null`
    const [row] = await tx<{ version: number }[]>`
      insert into letter_text (municipality_code, kind, version, parts, made_by)
      select ${municipalityCode}, ${kind}, coalesce(max(version), 0) + 1, ${tx.json(parts)}, ${by}
        from letter_text where municipality_code = ${municipalityCode} and kind = ${kind}
      returning version`
    return row!.version
  })
}

export type LetterTextKey = { municipalityCode: string; kind: NoticeKind }

/** Throws `letterTextGone` when another is being made by now, and `letterTextSamePerson`. */
export function releaseLetterText(
  sql: Sql,
  key: LetterTextKey & { version: number },
  by: string,
): Promise<void> {
  return change(sql, key, async (tx) => {
    const draft = await draftOf(tx, key)
    if (draft?.version !== key.version) throw gone()
    if (draft.madeBy === by) {
      throw new DomainError('letterTextSamePerson', 'Two people are asked', 'version')
    }
    await tx`
      update letter_text set released_by = ${by}, released_at = clock_timestamp()
       where municipality_code = ${key.municipalityCode} and kind = ${key.kind}
         and version = ${key.version}`
  })
}

/** Throws `letterTextGone`. */
export function dropLetterText(
  sql: Sql,
  key: LetterTextKey & { version: number },
  by: string,
): Promise<void> {
  return change(sql, key, async (tx) => {
    if ((await draftOf(tx, key))?.version !== key.version) throw gone()
    await tx`
      update letter_text set dropped_by = ${by}, dropped_at = clock_timestamp()
       where municipality_code = ${key.municipalityCode} and kind = ${key.kind}
         and version = ${key.version}`
  })
}

async function draftOf(tx: Tx, { municipalityCode, kind }: LetterTextKey) {
  const [row] = await tx<LetterTextRow[]>`
    select ${columns(tx)} from letter_text
     where municipality_code = ${municipalityCode} and kind = ${kind}
       and released_at is null and dropped_at is null`
  return row
}

function gone(): DomainError {
  return new DomainError('letterTextGone', 'It was released, dropped, or made anew', 'version')
}

function inTown<T>(sql: Sql, municipalityCode: string, work: (tx: Tx) => Promise<T>): Promise<T> {
  return withPurpose(sql, { municipalityCode, purpose: 'manageTown' }, work)
}

/** One at a time for a kind of a town: two who press at once do not make the same version. */
function change<T>(sql: Sql, key: LetterTextKey, work: (tx: Tx) => Promise<T>): Promise<T> {
  return inTown(sql, key.municipalityCode, async (tx) => {
    await tx`select pg_advisory_xact_lock(hashtextextended(${`letterText ${key.municipalityCode} ${key.kind}`}, 0))`
    return work(tx)
  })
}
