/** What a clerk's forms mean. Fields are what a browser sent: anything at all. */
import type { RowDecision } from '../../db/queries/imports/wishes.ts'
import { type Decisions, rowDecisions } from '../../db/queries/imports/wishes.ts'
import { DomainError } from '../../domain/errors.ts'
import {
  type FileProfile,
  type LayoutKind,
  layoutKinds,
  type ProfileColumn,
} from '../../domain/municipal-file.ts'
import { fieldSpec } from '../../files/layouts/kinds.ts'
import { type KeptProfile, missingFields } from '../../files/profile.ts'
import { type FileGuess, profileSchema } from '../../files/read-file.ts'

export type Sent = Record<string, unknown>

export function decisionsFrom(sent: Sent): Decisions {
  const rows = new Map<number, RowDecision>()
  for (const [name, value] of Object.entries(sent)) {
    const row = /^row(\d{1,7})$/.exec(name)?.[1]
    const decision = decisionOf(value)
    if (row && decision) rows.set(Number(row), decision)
  }
  const rest = decisionOf(sent.rest)
  return { rows, ...(rest && { rest }) }
}

function decisionOf(value: unknown): RowDecision | undefined {
  return rowDecisions.find((one) => one === value)
}

/**
 * As it was guessed, or with a field said for each column. Throws `layoutIncomplete` where a field that
 * the kind needs has no column, `malformed` for what is no profile.
 */
export function profileFrom(
  guess: FileGuess,
  sent: Sent,
): { profile: KeptProfile; isAsGuessed: boolean } {
  const isAsGuessed = sent.as !== 'said'
  const profile = withUnused(isAsGuessed ? guess.profile : profileSaid(guess, sent), guess.header)
  const fields = profile.columns.map(({ field }) => field)
  if (missingFields(profile.kind, fields).length > 0) {
    throw new DomainError('layoutIncomplete', 'A column that is needed is missing', 'columns')
  }
  const parsed = profileSchema.safeParse(profile)
  if (!parsed.success) throw new DomainError('malformed', 'Not a profile', 'columns')
  return { profile, isAsGuessed }
}

/** Whoever confirmed it saw which columns nothing is read from: they raise no doubt the next time. */
function withUnused(
  { unused: _, ...profile }: KeptProfile,
  header: readonly string[],
): KeptProfile {
  const read = new Set(
    profile.columns.flatMap(({ from }) => {
      if ('header' in from) return [from.header]
      return 'index' in from ? [header[from.index] ?? ''] : []
    }),
  )
  const unused = header.filter((text) => text !== '' && text.length <= 200 && !read.has(text))
  return unused.length === 0 ? profile : { ...profile, unused }
}

function profileSaid({ profile, header }: FileGuess, sent: Sent): FileProfile {
  const kind = layoutKinds.find((one) => one === sent.kind) ?? profile.kind
  const name = typeof sent.name === 'string' && sent.name.trim() ? sent.name.trim() : profile.name
  const columns: ProfileColumn[] = []
  for (const [key, field] of Object.entries(sent)) {
    const at = /^column(\d{1,3})$/.exec(key)?.[1]
    // Of another kind than the one said: it stood there from the guess.
    if (at === undefined || typeof field !== 'string' || !fieldSpec(kind, field)) continue
    columns.push(columnOf({ profile, header, kind, field, at: Number(at) }))
  }
  return { ...profile, kind, name: name.slice(0, 60), columns }
}

type Said = {
  profile: FileProfile
  header: string[]
  kind: LayoutKind
  field: string
  at: number
}

/** The guess knows how the cells are to be read; a field that it did not see is read as usual. */
function columnOf({ profile, header, kind, field, at }: Said): ProfileColumn {
  const guessed = profile.columns.find((column) => column.field === field)
  const spec = fieldSpec(kind, field)
  const title = header[at]
  const isOnce = title !== undefined && header.filter((one) => one === title).length === 1
  const from = profile.hasHeader && title && isOnce ? { header: title } : { index: at }
  const reading = guessed?.reading ?? spec?.reading ?? 'text'
  return { field, from, reading, ...(guessed?.codes && { codes: guessed.codes }) }
}
