/** The importer's own activities in this process, under its role and with the real spool: without Temporal. */
import { setTimeout as sleep } from 'node:timers/promises'
import { MockActivityEnvironment } from '@temporalio/testing'
import pino from 'pino'
import { spooledChanges } from '../../activities/import-files.ts'
import { createImportActivities } from '../../activities/import-steps.ts'
import type { Clock } from '../../config/clock.ts'
import { connect } from '../../db/client.ts'
import { noteTold, untoldImports } from '../../db/queries/imports/run.ts'
import type { ImportStep } from '../../domain/import-run.ts'
import { openSpool, type Spool } from '../../files/spool.ts'
import type { SealedDatabase } from './sealed.ts'

export type TestImporter = ReturnType<typeof testImporter>

export function testImporter(
  db: SealedDatabase,
  { folder, clock }: { folder: string; clock: Clock },
) {
  const sql = connect(db.urls.sesshu_import, { name: 'test-importer', max: 6 })
  const vault = db.keyd.vault('import', 'sesshu_import')
  const spool = openSpool(folder, db.keyd.fileKeys('import'))
  const log = pino({ level: 'silent' })
  type Gap = ((importId: string) => Promise<void>) | undefined
  const gaps: { beforeReviewIsNoted?: Gap; whileCompared?: Gap } = {}
  const watched: Spool = {
    ...spool,
    sink(importId, name, options) {
      const sink = spool.sink(importId, name, options)
      if (name !== spooledChanges) return sink
      const close = async () => {
        await gaps.beforeReviewIsNoted?.(importId)
        return sink.close()
      }
      const write: typeof sink.write = async (bytes) => {
        await gaps.whileCompared?.(importId)
        return sink.write(bytes)
      }
      return { ...sink, write, close }
    },
  }
  const activities = createImportActivities({ sql, vault, clock, log, spool: watched })
  const done: ImportStep[] = []
  let isStopped = false

  const run = (name: keyof typeof activities, importId: string) =>
    new MockActivityEnvironment().run(activities[name] as never, { importId } as never)

  /** As the workflow does: until it is a clerk's turn, or over. */
  async function see(importId: string): Promise<void> {
    for (let steps = 0; steps < 20; steps += 1) {
      const { step } = (await run('nextImportStep', importId)) as { step: ImportStep }
      if (step === 'wait' || step === 'end') return
      done.push(step)
      const names = { guess: 'guessImport', review: 'reviewImport', results: 'resultsOfImport' }
      const others = { apply: 'applyImport', undo: 'undoImport', clear: 'clearImport' }
      await run({ ...names, ...others }[step] as keyof typeof activities, importId)
    }
    throw new Error('An import does not come to rest.')
  }

  async function round(): Promise<void> {
    for (const one of await untoldImports(sql, 50)) {
      await noteTold(sql, one)
      await see(one.importId)
    }
  }

  let faults: unknown[] = []
  const looping = (async () => {
    while (!isStopped) {
      await round().catch((error) => faults.push(error))
      await sleep(50)
    }
  })()

  return {
    sql,
    spool,
    done,
    /** Called while rows are compared; and when the counts are there for all to see and the review is not over. */
    gaps,
    takeFaults: () => {
      const taken = faults
      faults = []
      return taken
    },
    stop: async () => {
      isStopped = true
      await looping
      await sql.end({ timeout: 1 })
    },
  }
}
