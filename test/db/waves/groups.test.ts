// Facility and priority group of people: told, told again, taken back, and gone with the person.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { look, withPurpose } from '../../../db/client.ts'
import { type GroupsTold, setResidentGroups } from '../../../db/queries/resident-groups.ts'
import { appDeps, testApi } from '../../support/api.ts'
import { type SealedDatabase, sealedDatabase } from '../../support/sealed.ts'
import { aResident, seedTowns, town } from '../../support/town.ts'

let db: SealedDatabase
let deps: ReturnType<typeof appDeps>
beforeAll(async () => {
  db = await sealedDatabase()
  await seedTowns(db.sql)
  deps = appDeps(db)
})
afterAll(async () => {
  await deps?.close()
  await db?.drop()
})

const tell = (...told: GroupsTold[]) =>
  withPurpose(deps.sql, { municipalityCode: town, purpose: 'manageRegister' }, async (tx) => {
    await look(tx, [])
    return setResidentGroups(tx, town, told)
  })

const kept = async (residentId: string) =>
  (
    await db.sql`select facility_code as facility, priority_group as priority from resident_group
                  where resident_id = ${residentId}`
  )[0]

test('what is said is kept, what is left out stays, what is empty is taken back', async () => {
  const { residentId } = await aResident(db)
  const other = await aResident(db)
  expect(await tell({ residentId, facilityCode: 'F001' }, { residentId: other.residentId })).toBe(1)
  expect(await kept(other.residentId)).toBeUndefined()
  expect(await tell({ residentId, priorityGroup: '2' })).toBe(1)
  expect(await kept(residentId)).toEqual({ facility: 'F001', priority: '2' })
  expect(await tell({ residentId, facilityCode: 'F001', priorityGroup: '2' })).toBe(0)
  expect(await tell({ residentId, facilityCode: '' })).toBe(1)
  expect(await kept(residentId)).toEqual({ facility: null, priority: '2' })
  expect(await tell({ residentId, priorityGroup: '' })).toBe(1)
  expect(await kept(residentId)).toBeUndefined()
  expect(await tell({ residentId, priorityGroup: '' })).toBe(0)
})

test('a word is refused: codes alone are kept, and the database refuses words too', async () => {
  const { residentId } = await aResident(db)
  await expect(tell({ residentId, priorityGroup: '糖尿病' })).rejects.toMatchObject({
    code: 'malformedGroupCode',
  })
  await expect(
    db.sql`insert into resident_group (municipality_code, resident_id, priority_group)
           values (${town}, ${residentId}, '糖尿病')`,
  ).rejects.toMatchObject({ code: '23514' })
})

test('an erased person is in no group', async () => {
  const { residentId } = await aResident(db)
  await tell({ residentId, facilityCode: 'F001' })
  await db.sql`update resident set erased_at = now() where id = ${residentId}`
  expect(await kept(residentId)).toBeUndefined()
})

test('a register that is told over HTTP says the codes too, and hears what changed', async () => {
  const api = testApi(db)
  const resident = {
    ...{ municipalityCode: town, registerNumber: 'G-1', bornOn: '1940-02-03' },
    name: { family: '見本', given: '花子', kana: 'みほん はなこ' },
    ...{ postcode: '1000000', address: '見本町1', residentSince: '2020-01-01' },
  }
  const tell = async (codes: object) => {
    const body = { residents: [{ ...resident, ...codes }] }
    const { status, body: answer } = await api.post('/api/v1/residents', body)
    return status === 200 ? answer.results[0].status : answer.code
  }
  try {
    expect(await tell({ facilityCode: 'F001', priorityGroup: '2' })).toBe('new')
    const [row] = await db.sql`select id from resident where register_number = 'G-1'`
    expect(await kept(row!.id)).toEqual({ facility: 'F001', priority: '2' })
    expect(await tell({})).toBe('same')
    expect(await tell({ facilityCode: 'F001' })).toBe('same')
    expect(await tell({ facilityCode: '' })).toBe('updated')
    expect(await kept(row!.id)).toEqual({ facility: null, priority: '2' })
    expect(await tell({ priorityGroup: '糖尿病' })).toBe('malformedGroupCode')
  } finally {
    await api.close()
  }
})
