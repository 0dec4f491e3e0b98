/**
 * The file's own rows with what came of each: for the clerk, who mends what was refused and sends that
 * alone. Written for the pages; once the import is applied, what arrived is not kept beside it.
 */
import { withPurpose } from '../db/client.ts'
import { outcomesOf } from '../db/imports/engine.ts'
import type { RowResult } from '../db/imports/types.ts'
import { type ImportRef, type ImportRunRow, runScope } from '../db/queries/imports/run.ts'
import type { ImportState } from '../domain/import.ts'
import { type ResultRow, readRows, resultsCsv } from '../files/read-file.ts'
import { importCodeText } from '../i18n/import-codes.ts'
import { importOutcomeWords } from '../i18n/import-outcomes.ts'
import type { ImportDeps } from './import-deps.ts'
import { breathing, layoutRead, runOf } from './import-file.ts'
import {
  readChanges,
  readOutcomes,
  spooledChanges,
  spooledFile,
  spooledOutcomes,
  spooledResults,
} from './import-files.ts'
import { countedSource, paceOf } from './import-progress.ts'

export async function resultsOfImport(
  deps: ImportDeps,
  ref: ImportRef,
  signal: AbortSignal,
): Promise<void> {
  const { sql, spool } = deps
  const { importId, municipalityCode } = ref
  const run = await runOf(deps, ref)
  const { profile, header } = await layoutRead(deps, run)
  const source = await spool.source(importId, spooledFile)
  const pace = paceOf(sql, ref, {
    phase: 'results',
    total: source.bytes,
    givesWayTo: run.state === 'applied' ? ['undo'] : ['apply', 'discard'],
    signal,
  })
  const context = { municipalityCode, today: deps.clock.today(), signal }
  const rows = breathing(readRows(countedSource(source, pace), profile, context), pace)
  const results = outcomesOf(readOutcomes(spool, importId), readChanges(spool, importId))
  const written = resultsCsv(header, resultRows(rows, results, run.state))
  await spool.put(importId, spooledResults, written, { recipient: 'results', signal })
  await noteResults(deps, ref, run)
  if (run.state !== 'applied') return
  for (const name of [spooledFile, spooledChanges, spooledOutcomes]) {
    await spool.removeFile(importId, name)
  }
}

/**
 * They cannot be written: what arrived is not there any more, or it was tried often enough. The import
 * stands as it is, and goes on without them.
 */
export async function giveUpResults({ sql, spool }: ImportDeps, ref: ImportRef): Promise<void> {
  await withPurpose(
    sql,
    runScope(ref.municipalityCode),
    (tx) => tx`
      update import_run r
         set results_for = f.state, results_lost = true, phase = null, tries = 0,
             trouble = case when r.tries > 0 then null else r.trouble end,
             wish = case when r.wish = 'apply' and f.state = 'applied' then null else r.wish end
        from import_file f
       where (r.municipality_code, r.import_id) = (${ref.municipalityCode}, ${ref.importId})
         and (f.municipality_code, f.id) = (r.municipality_code, r.import_id)
         and f.state in ('reviewed', 'applied')`,
  )
  // Of the state before: they would say another thing than the import does now.
  await spool.removeFile(ref.importId, spooledResults)
}

/** Row by row beside what came of it; both are in the order of the file. */
async function* resultRows(
  batches: AsyncIterable<{ cells: string[] }[]>,
  results: AsyncIterable<RowResult>,
  state: ImportState,
): AsyncGenerator<ResultRow> {
  const outcomes = results[Symbol.asyncIterator]()
  for await (const rows of batches) {
    for (const { cells } of rows) {
      const { value, done } = await outcomes.next()
      if (done) throw new Error('There are more rows than outcomes.')
      yield { cells, ...wordsOf(value, state) }
    }
  }
}

function wordsOf({ outcome, notes }: RowResult, state: ImportState): Omit<ResultRow, 'cells'> {
  const reasons = notes.map(({ column, header, code }) => {
    const text = importCodeText(code, 'ja')
    const place = header || (column && `${column}列`)
    return `${place ? `${place}：` : ''}${text ? `${text.words}（${text.cure}）` : code}`
  })
  return {
    result: importOutcomeWords(outcome, state === 'applied', 'ja'),
    reason: reasons.join('／'),
  }
}

async function noteResults({ sql }: ImportDeps, ref: ImportRef, run: ImportRunRow): Promise<void> {
  await withPurpose(
    sql,
    runScope(ref.municipalityCode),
    (tx) => tx`
      update import_run
         set results_for = ${run.state}, results_lost = false, phase = null,
             wish = case when wish = 'apply' and ${run.state} = 'applied' then null else wish end
       where (municipality_code, import_id) = (${ref.municipalityCode}, ${ref.importId})
         and ${run.state} = (select state from import_file
           where (municipality_code, id) = (${ref.municipalityCode}, ${ref.importId}))`,
  )
}
