/** Profiles as data: what one has to be, and the canonical one of every kind. */
import { z } from 'zod'
import { type FileProfile, type LayoutKind, layoutKinds } from '../domain/municipal-file.ts'
import { fieldSpec, layouts } from './layouts/kinds.ts'
import { otherFormOf } from './layouts/spec.ts'
import { columnsMax, lineCharactersMax, titleRowsMax } from './limits.ts'
import { readingNames } from './readings/names.ts'

const codesMax = 1_000
const shortText = z.string().min(1).max(200)
const byte = z.int().min(0).max(lineCharactersMax)

const columnSchema = z.strictObject({
  field: shortText,
  from: z.union([
    z.strictObject({ header: shortText }),
    z.strictObject({
      index: z
        .int()
        .min(0)
        .max(columnsMax - 1),
    }),
    z.strictObject({
      bytes: z.tuple([byte, byte]).refine(([from, to]) => from < to, { error: 'bytesReversed' }),
    }),
  ]),
  reading: z.enum(readingNames),
  codes: z
    .record(z.string().max(100), z.string().max(100))
    .refine((codes) => Object.keys(codes).length <= codesMax, { error: 'tooManyCodes' })
    .optional(),
})

/** A profile as a town keeps it. */
export type KeptProfile = FileProfile & {
  /** Headings of columns that were there when a clerk confirmed it, and that nothing is read from. */
  unused?: string[]
}

/** Whatever comes from a page or a table is a profile only after this. */
export const profileSchema = z
  .strictObject({
    kind: z.enum(layoutKinds),
    name: shortText,
    format: z.enum(['csv', 'tsv', 'fixedWidth', 'xlsx']),
    encoding: z.enum(['utf-8', 'utf-8-bom', 'cp932', 'euc-jp']),
    hasHeader: z.boolean(),
    titleRows: z.int().min(0).max(titleRowsMax).optional(),
    recordBytes: z.int().min(1).max(lineCharactersMax).optional(),
    columns: z.array(columnSchema).min(1).max(columnsMax),
    unused: z.array(shortText).max(columnsMax).optional(),
  })
  .superRefine((profile, context) => {
    for (const message of faultsOf(profile as FileProfile)) {
      context.addIssue({ code: 'custom', message })
    }
  })

function faultsOf(profile: FileProfile): string[] {
  const { kind, columns, format, hasHeader } = profile
  const fields = columns.map(({ field }) => field)
  const faults: string[] = []
  if (new Set(fields).size !== fields.length) faults.push('fieldTwice')
  if (fields.some((field) => !fieldSpec(kind, field))) faults.push('unknownField')
  const form = otherFormOf(layouts[kind], fields)
  const isMixed = form && fields.some((field) => !form.own.has(field) && !form.shared.has(field))
  if (isMixed) faults.push('formsMixed')
  const isFixed = format === 'fixedWidth'
  if (columns.some(({ from }) => 'bytes' in from !== isFixed)) faults.push('bytesForFixedWidthOnly')
  if (!hasHeader && columns.some(({ from }) => 'header' in from)) faults.push('headerNotThere')
  return faults
}

/** Fields that the kind needs and no column gives: of alternatives the first is named. */
export function missingFields(kind: LayoutKind, fields: readonly string[]): string[] {
  const { needs } = otherFormOf(layouts[kind], fields) ?? layouts[kind]
  return needs.flatMap((oneOf) =>
    oneOf.some((field) => fields.includes(field)) ? [] : [oneOf[0]!],
  )
}

/** The layout that we document and write: a header in Japanese, dates as YYYY-MM-DD, UTF-8 with BOM. */
export function canonicalProfile(kind: LayoutKind): FileProfile {
  const columns = layouts[kind].fields.flatMap(({ field, header, reading }) =>
    header === undefined ? [] : [{ field, from: { header }, reading }],
  )
  return {
    kind,
    name: 'sesshu',
    format: 'csv',
    encoding: 'utf-8-bom',
    hasHeader: true,
    columns,
  }
}

/** Our own headings with what they mean: there is nothing to confirm, whichever of the columns are there. */
export function isStandard({ kind, columns }: FileProfile): boolean {
  return columns.every(({ field, from, reading }) => {
    const spec = fieldSpec(kind, field)
    if (!spec || !('header' in from) || reading !== spec.reading) return false
    return from.header === spec.header || from.header === spec.returnHeader
  })
}
