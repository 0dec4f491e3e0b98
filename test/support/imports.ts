/** An import as the workflow drives it, without files: rows go in, the change set is kept in memory. */
import { createHash, randomUUID } from 'node:crypto'
import { connect, type Sql } from '../../db/client.ts'
import {
  type Applied,
  applyReviewed,
  type ChangeRow,
  decodeChanges,
  encodeChanges,
  type ImportJob,
  type Reviewed,
  reviewFile,
  undoImport,
} from '../../db/imports/engine.ts'
import { receiveImport } from '../../db/queries/imports/receive.ts'
import type { Store } from '../../db/store.ts'
import type { PlainDate } from '../../domain/course.ts'
import type { ImportMode } from '../../domain/import.ts'
import type { LayoutKind, ReadRow, RecordOf } from '../../domain/municipal-file.ts'
import { nextOf } from './numbering.ts'
import { towns } from './register.ts'
import type { SealedDatabase } from './sealed.ts'

export type Importer = ReturnType<typeof importerOf>

export type TestImport = {
  job: ImportJob
  reviewed: Reviewed
  changes: ChangeRow[]
  outcomes: Uint8Array
  apply(more?: { leaveUndecided?: boolean; changes?: ChangeRow[] }): Promise<Applied>
  undo(): Promise<{ undone: number }>
}

/** As the importer process: its role, its client of keyd. */
export function importerOf(database: SealedDatabase) {
  const sql: Sql = connect(database.urls.sesshu_import, { name: 'test-importer', max: 4 })
  const store: Store = { sql, vault: database.keyd.vault('import', 'sesshu_import') }
  return {
    sql,
    store,
    close: () => sql.end({ timeout: 5 }),
    /** Received and reviewed. */
    async review<Kind extends LayoutKind>(
      kind: Kind,
      records: RecordOf[Kind][],
      more: {
        mode?: ImportMode
        today?: string
        municipalityCode?: string
        sequence?: number
        rows?: ReadRow<Kind>[]
      } = {},
    ): Promise<TestImport> {
      const { mode = 'difference', today = '2021-07-01', municipalityCode = towns.A } = more
      const job = {
        importId: randomUUID(),
        municipalityCode,
        kind,
        mode,
        today: today as PlainDate,
      }
      await receiveImport(sql, {
        ...{ ...job, fileName: 'file.csv', bytes: 1, receivedBy: 'test' },
        sha256: createHash('sha256').update(job.importId).digest('hex'),
        ...(more.sequence !== undefined && { sequence: more.sequence }),
      })
      return reviewed(store, job, more.rows ?? readRowsOf<Kind>(records))
    },
    /** The same file once more, as after others changed the register. */
    reviewAgain: <Kind extends LayoutKind>(job: ImportJob<Kind>, records: RecordOf[Kind][]) =>
      reviewed(store, job, readRowsOf<Kind>(records)),
  }
}

async function reviewed<Kind extends LayoutKind>(
  store: Store,
  job: ImportJob<Kind>,
  rows: ReadRow<Kind>[],
): Promise<TestImport> {
  const changes: ChangeRow[] = []
  const outcomes: number[] = []
  const found = await reviewFile(store, {
    ...job,
    rows: inBatches(rows),
    changes: {
      async write(found, bytes) {
        for await (const rows of decodeChanges(once(encodeChanges(found)))) changes.push(...rows)
        outcomes.push(...bytes)
      },
    },
  })
  return {
    ...{ job, reviewed: found, changes, outcomes: Uint8Array.from(outcomes) },
    apply: (how = {}) =>
      applyReviewed(store, {
        ...{ ...job, appliedBy: 'test', ...how },
        changes: inBatches(how.changes ?? changes) as never,
      }),
    undo: () => undoImport(store, { ...job, undoneBy: 'test' }),
  }
}

export function readRowsOf<Kind extends LayoutKind>(records: RecordOf[Kind][]): ReadRow<Kind>[] {
  return records.map((record, i) => ({
    ...{ rowNumber: i + 2, cells: [], record, faults: [], flags: [] },
  }))
}

export async function* inBatches<T>(rows: T[], size = 3): AsyncGenerator<T[]> {
  for (let from = 0; from < rows.length; from += size) yield rows.slice(from, from + size)
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

/** Somebody made up, as a register file tells of them. */
export function recordOf(more: Partial<RecordOf['residentRegister']> = {}) {
  const n = nextOf('record')
  return {
    ...{ registerNumber: `${1_000_000 + n}`, family: '見本', given: `太郎${n}` },
    ...{ kana: `ミホン タロウ${n}`, bornOn: '1950-05-05' as PlainDate, postcode: '0400001' },
    ...{ address: `見本町${n}番`, residentSince: '2010-04-01' as PlainDate },
    ...more,
  }
}
