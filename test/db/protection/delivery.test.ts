// Where a protected person can be reached: kept by the town that protects, read by its clerks for one
// open task, with a row in the ledger, and by nobody else, whatever their purpose.

import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readKeys } from '../../../db/people/keys.ts'
import { mayOpen, purposeFields } from '../../../domain/purpose-fields.ts'
import { testApi } from '../../support/api.ts'
import { as, seedStaff } from '../../support/credentials.ts'
import { asTx } from '../../support/people.ts'
import { type SealedDatabase, sealedDatabase } from '../../support/sealed.ts'
import { aResident, otherTown, type SeededResident, seedTowns, town } from '../../support/town.ts'

let db: SealedDatabase
let api: ReturnType<typeof testApi>

beforeAll(async () => {
  db = await sealedDatabase()
  await seedTowns(db.sql)
  await seedStaff(db.sql)
  api = testApi(db)
})
afterAll(async () => {
  await api.close()
  await db.drop()
})

const safe = { kind: 'safeAddress', postcode: '1000001', address: '秘密避難所3号室' } as const
const path = '/api/v1/delivery-arrangements'

async function someoneProtected(municipalityCode = town): Promise<SeededResident> {
  const person = await aResident(db, { municipalityCode })
  await db.sql`
    insert into protection (municipality_code, resident_id, from_on)
    values (${municipalityCode}, ${person.residentId}, '2021-06-01')`
  return person
}

/** As `aResident` names them. */
const nameOf = ({ registerNumber }: SeededResident) => {
  return { family: '見本', given: `太郎${registerNumber.slice(1)}`, kana: 'ミホン タロウ' }
}

const keyOf = ({ municipalityCode, registerNumber }: SeededResident) => {
  return { municipalityCode, registerNumber }
}

const call = (who: Parameters<typeof as>[0], method: string, to: string, body?: object) =>
  api.app.request(to, {
    method,
    headers: { 'content-type': 'application/json', ...as(who) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
const put = (person: SeededResident, who: Parameters<typeof as>[0] = 'clerk') =>
  call(who, 'PUT', path, { ...keyOf(person), arrangement: safe })
const read = (taskId: string, who: Parameters<typeof as>[0] = 'clerk', of = town) =>
  call(who, 'GET', `/api/v1/tasks/${taskId}/delivery?municipalityCode=${of}`)

async function taskFor(person: SeededResident, kind = 'noticeByHand'): Promise<string> {
  const id = randomUUID()
  await db.sql`
    insert into task (municipality_code, id, kind, resident_id, occasion, opened_on)
    values (${person.municipalityCode}, ${id}, ${kind}, ${person.residentId}, ${randomUUID()},
            '2021-06-30')`
  return id
}

async function looksAt(person: SeededResident) {
  const rows = await db.sql`
    select actor_role as role, purpose, fields from ledger_inbox
     where resident_id = ${person.residentId} and 'delivery' = any (fields) order by looked_at`
  return rows.map(({ role, purpose, fields }) => ({ role, purpose, fields }))
}

describe('T14: a delivery arrangement', () => {
  test('is put, read for an open task and forgotten, each look in the ledger', async () => {
    const person = await someoneProtected()
    expect((await put(person)).status).toBe(200)
    const task = await taskFor(person)
    const answer = await read(task)
    expect(answer.status).toBe(200)
    expect(await answer.json()).toEqual(safe)
    const look = { role: 'clerk', purpose: 'byHandDelivery', fields: ['delivery'] }
    expect(await looksAt(person)).toEqual([look, look])

    const gone = await call('clerk', 'POST', `${path}/delete`, keyOf(person))
    expect(await gone.json()).toEqual({ status: 'deleted' })
    expect((await read(task)).status).toBe(404)
    expect(await looksAt(person)).toHaveLength(2)
  })

  test('goes when the person leaves the town, abroad or for another one, and stays when they stay', async () => {
    const kept = async (person: SeededResident) => {
      const rows = await db.sql`
        select from delivery_arrangement where resident_id = ${person.residentId}`
      return rows.length > 0
    }
    const report = async (path: string, body: object) => {
      const answer = await api.post(`/api/v1${path}`, { eventId: randomUUID(), ...body })
      expect(answer.status, JSON.stringify(answer.body)).toBe(200)
    }
    const [mover, emigrant, planner] = [
      await someoneProtected(),
      await someoneProtected(),
      await someoneProtected(),
    ]
    for (const person of [mover, emigrant, planner]) {
      expect((await put(person)).status).toBe(200)
      const plan = { kind: 'moveOutNotified', plannedOn: '2021-06-25' }
      await report('/moves', { ...plan, ...keyOf(person) })
      expect(await kept(person)).toBe(true)
    }
    const abroad = { kind: 'movedAbroad', effectiveOn: '2021-06-25' }
    await report('/moves', { ...abroad, ...keyOf(emigrant) })
    await report('/moves', {
      kind: 'movedIn',
      municipalityCode: otherTown,
      registerNumber: `N-${mover.registerNumber}`,
      effectiveOn: '2021-06-25',
      previous: keyOf(mover),
      name: nameOf(mover),
      bornOn: '1950-05-05',
      postcode: '0600001',
      address: '見本町2番',
    })
    expect([await kept(mover), await kept(emigrant), await kept(planner)]).toEqual([
      false,
      false,
      true,
    ])
  })

  test('replaced, is the last one told; a call may be all there is', async () => {
    const person = await someoneProtected()
    await put(person)
    const arrangement = { kind: 'callOnly', phone: '00-1111-2222', hours: '平日の昼' }
    await call('clerk', 'PUT', path, { ...keyOf(person), arrangement })
    expect(await (await read(await taskFor(person))).json()).toEqual(arrangement)
  })

  test('is not read without such a task: unknown, done, of another kind, of another person', async () => {
    const [person, other] = [await someoneProtected(), await someoneProtected()]
    await put(person)
    const done = await taskFor(person)
    await db.sql`update task set done_at = now(), done_by = 'x', outcome = 'x' where id = ${done}`
    const tasks = [randomUUID(), done, await taskFor(person, 'followUp'), await taskFor(other)]
    for (const task of tasks) expect((await read(task)).status).toBe(404)
    expect(await looksAt(person)).toHaveLength(1)
  })

  test('is no longer read, nor taken, once nobody is protected', async () => {
    const person = await someoneProtected()
    await put(person)
    const task = await taskFor(person)
    await db.sql`update protection set to_on = '2021-06-30' where resident_id = ${person.residentId}`
    expect((await read(task)).status).toBe(404)
    const refused = await put(person)
    expect(refused.status).toBe(422)
    expect(await refused.json()).toMatchObject({ code: 'notProtected' })
  })

  test('belongs to clerks of that town: no other town, office, role, program or stranger', async () => {
    const person = await someoneProtected()
    await put(person)
    const task = await taskFor(person)
    for (const who of [
      'clerkElsewhere',
      'municipalAdministrator',
      'printOperator',
      'operator',
    ] as const) {
      expect((await read(task, who)).status, who).toBe(403)
      expect((await put(person, who)).status, who).toBe(403)
    }
    expect((await read(task, 'clerkElsewhere', otherTown)).status).toBe(404)
    expect((await api.get(`/api/v1/tasks/${task}/delivery?municipalityCode=${town}`)).status).toBe(
      403,
    )
    expect(
      (await api.app.request(`/api/v1/tasks/${task}/delivery?municipalityCode=${town}`)).status,
    ).toBe(401)
    expect(await looksAt(person)).toHaveLength(1)
  })

  test('is opened for its own purpose and for disclosure to the person: keyd refuses the others', async () => {
    const purposes = Object.keys(purposeFields)
    const clients = ['api', 'worker', 'import', 'keys', 'authority', 'monitor'] as const
    const open = purposes.filter((purpose) =>
      clients.some((one) => mayOpen(one, purpose, ['delivery'])),
    )
    expect(open.sort()).toEqual(['byHandDelivery', 'disclose'])
    const person = await someoneProtected()
    const keys = await asTx(db, (tx) => readKeys(tx, [person]))
    const asked = db.vault.unlock(
      'manageRegister',
      keys.map((key) => ({ ...key, fields: ['delivery' as const] })),
    )
    await expect(asked).rejects.toMatchObject({ code: 'purposeNotAllowed' })
  })

  test('lies sealed, bound to its row', async () => {
    const [person, other] = [await someoneProtected(), await someoneProtected()]
    await put(person)
    await put(other)
    const kept = await db.sql`select t::text as row from delivery_arrangement t`
    const hex = Buffer.from('秘密').toString('hex')
    expect(kept.filter(({ row }) => row.includes('秘密') || row.includes(hex))).toEqual([])
    await db.sql`
      update delivery_arrangement set arrangement =
             (select arrangement from delivery_arrangement where resident_id = ${person.residentId})
       where resident_id = ${other.residentId}`
    expect((await read(await taskFor(other))).status).toBe(500)
  })
})
