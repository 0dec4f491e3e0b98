/** Proves that keys go only by what two people agreed on, to the letter, and only once. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, it, type TestContext } from 'vitest'
import { type ApprovalSubject, erasureSubject } from '../../../keyd/approvals.ts'
import type { KeydClient } from '../../../vault/keyd-client.ts'
import { freshDatabase, type TestDatabase } from '../../support/db.ts'
import { startTestKeyd, type TestKeyd } from '../../support/keyd.ts'
import { otherTown, seedTowns, town } from '../../support/town.ts'

let database: TestDatabase
let keyd: TestKeyd
let link: KeydClient
let hasApprovals = false
const [asker, approver] = [randomUUID(), randomUUID()]

beforeAll(async () => {
  database = await freshDatabase()
  await seedTowns(database.sql)
  const [found] = await database.sql`select to_regclass('approval') is not null as there`
  hasApprovals = found!.there
  if (hasApprovals) {
    for (const [id, login] of [
      [asker, 'asker'],
      [approver, 'approver'],
    ]) {
      await database.sql`
        insert into account (id, login, role, office)
        values (${id!}, ${login!}, 'municipalAdministrator', ${town})`
    }
  }
  keyd = await startTestKeyd(database)
  await keyd.vault('api').createKeys(town, [randomUUID()])
  link = keyd.link('keys')
  await link.ask('rotate', { municipalityCode: town, from: 1 })
})

afterAll(async () => {
  await keyd?.stop()
  await database?.drop()
})

/** Accounts come with their own migration: before it these tests are skipped, and never pass. */
function needApprovals({ skip }: TestContext): void {
  if (!hasApprovals) skip('there is no table of approvals yet')
}

async function anApproval(
  subject: ApprovalSubject,
  changes: { office?: string; isApproved?: boolean; agoHours?: number } = {},
): Promise<string> {
  const id = randomUUID()
  const { office = town, isApproved = true, agoHours = 0 } = changes
  await database.sql`
    insert into approval (id, kind, office, subject, reason_code, asked_by, asked_at, expires_at,
                          approved_by, approved_at)
    values (${id}, 'keyDestruction', ${office}, ${JSON.stringify(subject)}::text::jsonb, 'rotation',
            ${asker}, now() - make_interval(hours => ${agoHours}),
            now() + make_interval(hours => 24 - ${agoHours}::int),
            ${isApproved ? approver : null}, ${isApproved ? new Date() : null})`
  return id
}

const destruction = (version = 1) =>
  ({ op: 'destroyVersion', municipalityCode: town, version }) as const

const destroy = (approvalId: string) =>
  link.ask('destroyVersion', { municipalityCode: town, version: 1, approvalId })

it('not by an approval of one, of something else, of another town, or of yesterday', async (t) => {
  needApprovals(t)
  const useless = [
    await anApproval(destruction(), { isApproved: false }),
    await anApproval(destruction(2)),
    await anApproval({ ...destruction(), municipalityCode: otherTown }),
    await anApproval(destruction(), { office: otherTown }),
    await anApproval(destruction(), { agoHours: 25 }),
    await anApproval(erasureSubject(town, [randomUUID()])),
  ]
  for (const id of useless) {
    await expect(destroy(id)).rejects.toMatchObject({ code: 'approvalMissing' })
  }
})

it('by the approval of exactly that, which is used up then', async (t) => {
  needApprovals(t)
  const id = await anApproval(destruction())
  expect(await destroy(id)).toEqual({ destroyed: 1 })
  await expect(destroy(id)).rejects.toMatchObject({ code: 'approvalMissing' })
})

it('people are erased by the approval of just these people', async (t) => {
  needApprovals(t)
  const residentIds = [randomUUID(), randomUUID()]
  const approvalId = await anApproval(erasureSubject(town, residentIds))
  const erase = (ids: string[]) =>
    link.ask('erase', { municipalityCode: town, residentIds: ids, reason: 'request', approvalId })
  await expect(erase([...residentIds, randomUUID()])).rejects.toMatchObject({
    code: 'approvalMissing',
  })
  expect(await erase(residentIds.toReversed())).toEqual({ erased: 2 })
})
