/** The layout by its header: the kind whose columns are there, and which column gives which field. */
import type { FileProfile, LayoutKind, ProfileColumn } from '../domain/municipal-file.ts'
import type { Head } from './guess.ts'
import { layouts } from './layouts/kinds.ts'
import { type FieldSpec, headerKey, type LayoutSpec, otherFormOf } from './layouts/spec.ts'
import { titleRowsMax } from './limits.ts'
import { missingFields } from './profile.ts'

export type HeaderGuess = { profile: FileProfile; header: string[]; confidence: number }

type Match = {
  spec: LayoutSpec
  columns: ProfileColumn[]
  missing: string[]
  score: number
  /** Another kind would do nearly as well: an extract that names everybody's last move, say. */
  isClose?: boolean
}

/** Of scores; a kind so near could be meant. */
const closeBy = 3

/**
 * Undefined where no row looks like a header of ours. Titles may stand above it. `asked`: what whoever brought
 * the file says that it is, which goes before any other kind that the columns would do for.
 */
export function guessHeader(
  { rows, format, encoding }: Head,
  asked?: LayoutKind,
): HeaderGuess | undefined {
  let best: { match: Match; at: number; header: string[] } | undefined
  for (let at = 0; at < Math.min(rows.length, titleRowsMax + 1); at += 1) {
    const header = rows[at]!.cells.map((cell) => cell.trim())
    const match = matchOf(header, asked)
    if (match && (!best || match.score > best.match.score)) best = { match, at, header }
  }
  if (!best) return undefined
  const { match, at, header } = best
  const filled = header.filter((text) => text !== '').length
  const share = match.columns.length / Math.max(1, filled)
  const sure = match.missing.length > 0 ? 0.3 * share : 0.6 + 0.35 * share
  const confidence = match.isClose ? sure / 2 : sure
  const profile: FileProfile = {
    kind: match.spec.kind,
    name: match.spec.titleJa,
    format,
    encoding,
    hasHeader: true,
    ...(at > 0 ? { titleRows: at } : {}),
    columns: match.columns,
  }
  return { profile, header, confidence }
}

function matchOf(header: readonly string[], asked?: LayoutKind): Match | undefined {
  const matches = matchesOf(header)
  const said = matches.find(({ spec, missing }) => spec.kind === asked && missing.length === 0)
  if (said && said.score > 0) return said
  const best = matches.sort((a, b) => b.score - a.score)[0]
  if (!best || best.score <= 0) return undefined
  const isClose = matches.some(
    (one) => one !== best && one.missing.length === 0 && best.score - one.score <= closeBy,
  )
  return { ...best, isClose }
}

function matchesOf(header: readonly string[]): Match[] {
  return (Object.keys(layouts) as LayoutKind[]).map((kind) => matchWith(layouts[kind], header))
}

/** Columns by which the header is, whole, that of another kind: what this file may have been meant as. */
export function hallmarksOfOthers(kind: LayoutKind, header: readonly string[]): ProfileColumn[] {
  return matchesOf(header)
    .filter(({ spec, missing, score }) => spec.kind !== kind && missing.length === 0 && score > 0)
    .flatMap(({ spec, columns }) => {
      const form = otherFormOf(
        spec,
        columns.map(({ field }) => field),
      )
      const { hallmarks } = form ?? spec
      return columns.filter(({ field }) => hallmarks.includes(field))
    })
}

/** A kind gains by every column that it reads, and loses by every one that it needs and lacks. */
function matchWith(spec: LayoutSpec, header: readonly string[]): Match {
  const keys = header.map(headerKey)
  const named = spec.fields.flatMap((one): ProfileColumn[] => {
    for (const key of keysOf(one)) {
      const index = keys.indexOf(key)
      if (index < 0) continue
      const isOnce = keys.lastIndexOf(keys[index]!) === index
      const from = isOnce ? { header: header[index]! } : { index }
      return [{ field: one.field, from, reading: one.reading }]
    }
    return []
  })
  const form = otherFormOf(
    spec,
    named.map(({ field }) => field),
  )
  const isOfForm = ({ field }: ProfileColumn) =>
    !form || form.own.has(field) || form.shared.has(field)
  const columns = named.filter(isOfForm)
  const fields = columns.map(({ field }) => field)
  const missing = missingFields(spec.kind, fields)
  const hallmarks = (form ?? spec).hallmarks.filter((field) => fields.includes(field)).length
  const score = hallmarks === 0 ? 0 : columns.length + hallmarks - 3 * missing.length
  return { spec, columns, missing, score }
}

const knownKeys = new WeakMap<FieldSpec, string[]>()

/** Asked of every row that may be a header, and some thousand in all. */
function keysOf(spec: FieldSpec): string[] {
  const known = knownKeys.get(spec)
  if (known) return known
  const keys = spec.spellings.map(headerKey)
  knownKeys.set(spec, keys)
  return keys
}
