/** What a layout is made of. The layouts are data: a new spelling is a word in a list. */
import type { LayoutKind } from '../../domain/municipal-file.ts'
import type { ReadingName } from '../readings/names.ts'

export type FieldSpec = {
  /** Name in the record, or of a part that a record's field is put together from. */
  field: string
  /** The canonical layout's header. Parts have none: our own files never hold them. */
  header?: string
  /** How a file that we hand back calls it, where that is not the canonical header. */
  returnHeader?: string
  /** How register systems call it, as people write it; compared by `headerKey`. */
  spellings: readonly string[]
  reading: ReadingName
  /** An empty cell is a fault. */
  required?: true
  /** An empty cell says "none", and is told as an empty text; elsewhere it says nothing. */
  isSaidEmpty?: true
  charactersMax?: number
}

export type LayoutSpec = {
  kind: LayoutKind
  titleJa: string
  fields: readonly FieldSpec[]
  /** Of each list one field must have a column. */
  needs: readonly (readonly string[])[]
  /** Fields whose column says by itself that the file is of this kind. */
  hallmarks: readonly string[]
  /** The same said in rows of another form. */
  otherForm?: OtherForm
}

/** A file is of this form as soon as one of its `own` fields has a column. */
export type OtherForm = Pick<LayoutSpec, 'needs' | 'hallmarks'> & {
  own: ReadonlySet<string>
  /** Fields that mean in this form what they mean in the first. */
  shared: ReadonlySet<string>
}

/** Which form the fields are of; undefined for the kind's first one. */
export function otherFormOf(
  { otherForm }: LayoutSpec,
  fields: readonly string[],
): OtherForm | undefined {
  return otherForm && fields.some((field) => otherForm.own.has(field)) ? otherForm : undefined
}

/** How headers are compared: width, case, spaces, brackets and connecting signs make no difference. */
export function headerKey(header: string): string {
  return header
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s()[\]{}<>「」『』【】〔〕・･_\-‐－―:：.,、。/／"'＊*※#№]/g, '')
}

/** Spellings as a list reads best: one after the other, in as many lines as it takes. */
export function spelled(list: string): readonly string[] {
  return list
    .split(/[,\n]/)
    .map((spelling) => spelling.trim())
    .filter((spelling) => spelling !== '')
}
