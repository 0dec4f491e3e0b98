/** What each kind of file knows of itself: how its rows are compared with ours, and how they are written. */
import type { CellNote, LayoutKind, ReadRow, RecordOf } from '../../../domain/municipal-file.ts'
import type { Tx } from '../../client.ts'
import type { Store } from '../../store.ts'
import type { FileChange, ImportJob } from '../types.ts'

/** A row that could be read. */
export type ToldRow<Kind extends LayoutKind> = ReadRow<Kind> & { record: RecordOf[Kind] }

/** What comes of a row; notes beside those of its reading. */
export type Compared =
  | { outcome: 'same'; notes?: CellNote[]; residentId?: string }
  | {
      outcome: FileChange['outcome']
      residentId?: string
      base?: string
      notes?: CellNote[]
    }

export type Comparing = { store: Store; job: ImportJob }

export type Applying = {
  /** Under the purpose `manageRegister`, the import's own transaction. */
  tx: Tx
  store: Store
  job: ImportJob
}

export type KindModule<Kind extends LayoutKind> = {
  /** What a file may name once: a second row with the same key needs a decision. None: any number of times. */
  keyOf?(record: RecordOf[Kind]): string | undefined
  /** One answer for each row, in order. */
  compare(context: Comparing, rows: ToldRow<Kind>[]): Promise<Compared[]>
  /** Of ours, whom a full file did not name: register ids in pages. */
  missing?(context: Comparing, isNamed: (key: string) => boolean): AsyncIterable<string[]>
  /** The whole file in one transaction; it is called with changes in the order of the file. */
  apply?(context: Applying): Promise<Applier<Kind>>
  /**
   * In the place of `apply`: each row in a transaction of its own, told again without harm. `isIn` is
   * called after each; a row that is refused ends it.
   */
  applyEach?(
    context: Comparing,
    changes: FileChange<Kind>[],
    isIn: () => void,
  ): Promise<{ hasNews: boolean }>
  /** Takes back what the import wrote; how many rows. Left out: what was told stays told. */
  undo?(context: Applying): Promise<number>
}

export type Applier<Kind extends LayoutKind> = {
  take(changes: FileChange<Kind>[]): Promise<void>
  /** Whether a course has news for its workflow. */
  end(): Promise<{ hasNews: boolean }>
}

/** A note about the row as a whole. */
export function rowNote(code: string): CellNote {
  return { column: '', header: '', code, value: '' }
}

/** A note about one cell of the row, with what stands there; about the row where the field has no column. */
export function cellNote(
  { cells, places }: Pick<ReadRow, 'cells' | 'places'>,
  field: string,
  code: string,
): CellNote {
  const place = places?.get(field)
  if (!place) return rowNote(code)
  const { index, column, header } = place
  return { column, header, code, value: cells[index] ?? '' }
}
