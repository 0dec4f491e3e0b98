/** Clerks at the pages of files and paper, and the worker that makes what they ask for. */
import pino from 'pino'
import { expect } from 'vitest'
import type { Clock } from '../../config/clock.ts'
import { connect } from '../../db/client.ts'
import { makeAsked } from '../../workers/file-maker.ts'
import { as, asProgram, type Staff, seedStaff } from './credentials.ts'
import { visible } from './letters.ts'
import { startSite } from './pages-site.ts'
import { sealedDatabase } from './sealed.ts'
import { aScan, type SeededResident, seedTowns, town } from './town.ts'

export type Paper = Awaited<ReturnType<typeof openPaper>>

export async function openPaper() {
  const db = await sealedDatabase()
  await seedTowns(db.sql)
  await seedStaff(db.sql)
  const site = startSite(db, { isDemo: false })
  const worker = connect(db.urls.sesshu_worker, { name: 'test maker', max: 2 })

  const maker = (clock = site.clock) => ({
    ...{ sql: worker, vault: db.keyd.vault('worker'), clock },
    ...{ log: pino({ level: 'silent' }), dataDir: site.dataDir.root },
  })
  const make = (clock?: Clock) => makeAsked(maker(clock))

  async function post(who: Staff, path: string, fields: Record<string, string>) {
    const answer = await site.app.request(path, {
      method: 'POST',
      headers: { ...as(who), 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ lang: 'en', ...fields }).toString(),
    })
    const text = await answer.text()
    return { status: answer.status, to: answer.headers.get('location') ?? '', text: visible(text) }
  }

  /** Asked for, approved by the administrator, made: what the page says of it, and its bytes. */
  async function approvedFile(fields: Record<string, string>, clock?: Clock) {
    const path = fields.file === 'registerPrint' ? '/paper' : '/exports'
    const asked = await post('clerk', path === '/paper' ? '/paper/register' : '/exports', fields)
    expect(asked.to).toContain('said=approvalAsked')
    const [approval] = await db.sql`select id from approval order by asked_at desc limit 1`
    const early = await post('clerk', '/exports/approved', { approvalId: approval!.id })
    expect(early.to).toContain('said=notFound')
    const yes = await post('municipalAdministrator', `/approvals/${approval!.id}/approve`, {})
    expect(yes.to).toContain('said=approved')
    const elsewhere = await post('clerkElsewhere', '/exports/approved', {
      approvalId: approval!.id,
    })
    expect(elsewhere.to).toContain('said=notFound')
    const used = await post('clerk', '/exports/approved', { approvalId: approval!.id })
    expect(used.to).toContain('said=asked')
    const again = await post('clerk', '/exports/approved', { approvalId: approval!.id })
    expect(again.to).toContain('said=notFound')
    return fetched(clock)
  }

  /** The newest file, made and fetched. */
  async function fetched(clock?: Clock) {
    await make(clock)
    const [row] = await db.sql`select * from office_file order by asked_at desc limit 1`
    const answer = await site.app.request(`/exports/${row!.id}/file`, { headers: as('clerk') })
    const bytes = new Uint8Array(await answer.arrayBuffer())
    return { row: row!, status: answer.status, headers: answer.headers, bytes }
  }

  async function scan(person: SeededResident, changes = {}) {
    const body = JSON.stringify(aScan(person, changes))
    const answer = await site.app.request('/api/v1/scans', {
      method: 'POST',
      headers: asProgram,
      body,
    })
    expect([200, 201]).toContain(answer.status)
  }

  async function aCourse(person: SeededResident): Promise<void> {
    const id = crypto.randomUUID()
    await db.sql`
      insert into course (id, series, home_municipality_code, home_resident_id, opened_because, version,
                          cause, stage, doses_given, steps)
      values (${id}, 'covid', ${town}, ${person.residentId}, 'wave', 1, 'replanned', 'awaitingFirstDose', 0, '[]')`
    await db.sql`
      insert into course_link (municipality_code, resident_id, course_id, effective_on, legal_basis, linked_by)
      values (${town}, ${person.residentId}, ${id}, '2021-04-01', 'ownRegister', 'test')`
  }

  async function close(): Promise<void> {
    await worker.end({ timeout: 1 })
    await site.close()
    await db.drop()
  }
  return { db, site, worker, maker, make, post, approvedFile, fetched, scan, aCourse, close }
}
