/** A town with staff, people, tickets and a worker, for tests of findings, lots and counts. */
import { connect } from '../../db/client.ts'
import { revisionOf } from '../../db/queries/findings/list.ts'
import { judgeNextPage } from '../../db/queries/judge-lots.ts'
import type { PlainDate } from '../../domain/course.ts'
import { testApi } from './api.ts'
import type { Staff } from './credentials.ts'
import { type Oversight, startOversight } from './oversight.ts'
import { type SealedDatabase, sealedDatabase } from './sealed.ts'
import { aResident, aScan, type SeededResident, seedTowns } from './town.ts'

export type FindingsSite = Awaited<ReturnType<typeof findingsSite>>

export async function findingsSite() {
  const db: SealedDatabase = await sealedDatabase()
  await seedTowns(db.sql)
  const staff: Oversight = await startOversight(db)
  const api = testApi(db)
  const worker = connect(db.urls.sesshu_worker, { name: 'test-lots', max: 4 })

  /** Recorded by a venue; answers the dose's id. */
  const give = async (person: SeededResident, changes: Record<string, unknown> = {}) => {
    const { status, body } = await api.post('/api/v1/scans', aScan(person, changes))
    if (status !== 201) throw new Error(JSON.stringify(body))
    return body.doseId as string
  }
  return {
    db,
    staff,
    api,
    worker,
    give,
    /** Somebody with a first dose. */
    dosed: async (
      changes: Record<string, unknown> = {},
      wish: Parameters<typeof aResident>[1] = {},
    ) => {
      const person = await aResident(db, wish)
      return { person, doseId: await give(person, changes) }
    },
    findingsOf: async (doseId: string) => {
      const rows = await db.sql<{ code: string; state: string; hits: boolean }[]>`
        select code, state, hits from finding where dose_id = ${doseId} order by code`
      return rows.map(({ code, state, hits }) => `${code} ${state}${hits ? '' : ' (hits no more)'}`)
    },
    /** By a clerk who sees it as it stands, unless told what was seen. */
    decide: async (
      { doseId, code }: { doseId: string; code: string },
      body: object,
      { who = 'clerk', seen }: { who?: Staff; seen?: string | undefined } = {},
    ) => {
      const [now] = await db.sql<{ revision: string }[]>`
        select ${revisionOf(db.sql)} as revision from finding f
         where f.dose_id = ${doseId} and f.code = ${code}`
      const path = `/findings/${doseId}/${code}/decide`
      const match = { 'if-match': `"${seen ?? now?.revision ?? ''}"` }
      return staff.call(who, 'POST', path, body, match)
    },
    /** One pass over all lots that ask for it. Answers the doses that were judged. */
    judge: async (today: string) => {
      let doses = 0
      for (;;) {
        const page = await judgeNextPage(worker, today as PlainDate)
        if (!page) return doses
        doses += page.doses
      }
    },
    close: async () => {
      await worker.end({ timeout: 1 })
      await staff.close()
      await api.close()
      await db.drop()
    },
  }
}
