// The pages of files as clerks use them: what two people must agree to, files sealed on disk until they are
// fetched, made anew when somebody of them is erased or protected meanwhile.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeOfficeFile } from '../../../activities/make-office-file.ts'
import type { Clock } from '../../../config/clock.ts'
import { nextAskedFile } from '../../../db/queries/office-files.ts'
import { frozenClock } from '../../support/api.ts'
import { as, type Staff } from '../../support/credentials.ts'
import { visible } from '../../support/letters.ts'
import { openPaper, type Paper } from '../../support/paper.ts'
import { aResident, town } from '../../support/town.ts'

let paper: Paper
let { db, site, worker }: Pick<Paper, 'db' | 'site' | 'worker'> = {} as Paper

beforeAll(async () => {
  paper = await openPaper()
  ;({ db, site, worker } = paper)
})
afterAll(() => paper?.close())

describe('the vaccination register as a file', () => {
  test('takes two people, lies sealed, and is fetched whole with its sum on the screen', async () => {
    const person = await aResident(db, { family: '封緘', given: '確認' })
    await paper.scan(person)
    const { row, headers, bytes } = await paper.approvedFile({
      file: 'vaccinationRegister',
      encoding: 'cp932',
    })
    const text = new TextDecoder('shift_jis').decode(bytes)
    expect(text).toContain(`"${person.registerNumber}"`)
    expect(text).toContain(`"${person.ticketNumber}","${town}","見本会場"`)
    expect(headers.get('content-disposition')).toContain(
      `filename="${town}-vaccinationRegister-20210705-1rows.csv"`,
    )
    const sum = createHash('sha256').update(bytes).digest('hex')
    expect((await site.get('/exports', 'clerk')).text).toContain(sum)
    const [name] = readdirSync(site.dataDir.exports)
    const kept = readFileSync(join(site.dataDir.exports, name!))
    expect(kept.includes(Buffer.from(person.ticketNumber))).toBe(false)
    const [clerk] = await db.sql`select id from account where login = 'clerk'`
    const looks = await db.sql`
      select actor, purpose from ledger_inbox
       where resident_id = ${person.residentId} and purpose = 'returnFiles'`
    // Whoever asked is who looked, though the worker made it.
    expect(new Set(looks.map(({ actor }) => actor))).toEqual(new Set([clerk!.id]))
    const handed = await db.sql`
      select actor from ledger_inbox where resident_id = ${row.id} and purpose = 'handOutFile'`
    expect(handed.map(({ actor }) => actor)).toEqual([clerk!.id])
  })

  test('is nobody else’s, and gone once it is put away or one of its people is erased', async () => {
    const person = await aResident(db)
    await paper.scan(person)
    const { row } = await paper.approvedFile({ file: 'vaccinationRegister', encoding: 'utf-8' })
    const path = `/exports/${row.id}/file`
    expect((await site.get(path, 'clerkElsewhere')).status).toBe(404)
    await db.sql`update resident set erased_at = now() where id = ${person.residentId}`
    expect((await site.get(path, 'clerk')).status).toBe(404)
    const { row: next } = await paper.approvedFile({ file: 'waitingList', encoding: 'utf-8' })
    const done = await paper.post('clerk', `/exports/${next.id}/done`, {})
    expect(done.to).toContain('said=done')
    expect((await site.get(`/exports/${next.id}/file`, 'clerk')).status).toBe(404)
    const left = readdirSync(site.dataDir.exports).filter((name) => name.includes(String(next.id)))
    expect(left).toEqual([])
  })

  test('is gone once somebody of the town is protected, who may stand in it', async () => {
    const person = await aResident(db)
    await paper.scan(person)
    const { row } = await paper.approvedFile({ file: 'vaccinationRegister', encoding: 'utf-8' })
    await db.sql`
      insert into protection (municipality_code, resident_id, from_on)
      values (${town}, ${person.residentId}, '2021-05-01')`
    expect((await site.get(`/exports/${row.id}/file`, 'clerk')).status).toBe(404)
  })

  test('is fetched by whoever asked, and by no other clerk of the town', async () => {
    const { row, status } = await paper.approvedFile({
      file: 'vaccinationRegister',
      encoding: 'utf-8',
    })
    expect(status).toBe(200)
    const path = `/exports/${row.id}/file`
    expect((await site.get(path, 'municipalAdministrator')).status).toBe(404)
    const shown = visible((await site.get('/exports?lang=en', 'municipalAdministrator')).text)
    expect(shown).toContain('Only whoever asked for this file can fetch it.')
  })

  test('is made anew when somebody of it was erased or protected while it was made', async () => {
    const [person, hidden] = [await aResident(db), await aResident(db)]
    for (const one of [person, hidden]) await paper.scan(one)
    const before = await paper.approvedFile({ file: 'vaccinationRegister', encoding: 'utf-8' })
    const [copy] = await db.sql`
      insert into office_file (municipality_code, id, kind, asked, asked_on, asked_by, asked_as)
      select municipality_code, gen_random_uuid(), kind, asked, asked_on, asked_by, asked_as
        from office_file where id = ${before.row.id} returning id`
    const inHand = (await nextAskedFile(worker))!
    expect(inHand.fileId).toBe(copy!.id)
    await db.sql`update resident set erased_at = now() where id = ${person.residentId}`
    await expect(makeOfficeFile(paper.maker(), inHand)).rejects.toMatchObject({
      code: 'fileOvertaken',
    })
    const again = (await nextAskedFile(worker))!
    await db.sql`
      insert into protection (municipality_code, resident_id, from_on)
      values (${town}, ${hidden.residentId}, '2021-05-01')`
    await expect(makeOfficeFile(paper.maker(), again)).rejects.toMatchObject({
      code: 'fileOvertaken',
    })
    const { row, bytes } = await paper.fetched()
    expect(row).toMatchObject({ id: copy!.id, state: 'made' })
    const text = new TextDecoder().decode(bytes)
    expect(text).toContain(`"${hidden.registerNumber}"`)
    expect(text).not.toContain(`"${person.registerNumber}"`)
  })

  test('hides whoever is protected on the day on which it is made', async () => {
    const person = await aResident(db)
    await paper.scan(person)
    await db.sql`
      insert into protection (municipality_code, resident_id, from_on)
      values (${town}, ${person.residentId}, '2021-07-06')`
    const lineOf = async (clock?: Clock) => {
      const fields = { file: 'vaccinationRegister', encoding: 'utf-8' }
      const { row, bytes } = await paper.approvedFile(fields, clock)
      const lines = new TextDecoder().decode(bytes).split('\r\n')
      return [row.name, lines.find((line) => line.includes(person.registerNumber))]
    }
    expect((await lineOf())[1]).toContain('見本会場')
    const [name, line] = await lineOf(frozenClock('2021-07-06').clock)
    expect(name).toContain('-20210706-')
    expect(line).not.toContain('見本会場')
  })

  test('says how many cells were cut to the length of their column', async () => {
    await paper.scan(await aResident(db))
    const { row } = await paper.approvedFile({ file: 'vaccinationRegister', encoding: 'utf-8' })
    expect(row.shortened).toBe(0)
    // No name that the system takes is too long today: as if the layout gave less room.
    await db.sql`update office_file set shortened = 31 where id = ${row.id}`
    const shown = visible((await site.get('/exports?lang=en', 'clerk')).text)
    expect(shown).toContain('31 cells were cut to the length of their column')
  })

  test('does not use an approval up when the day has no file left', async () => {
    await paper.post('clerk', '/exports', { file: 'vaccinationRegister', encoding: 'utf-8' })
    const [approval] = await db.sql`select id from approval order by asked_at desc limit 1`
    await paper.post('municipalAdministrator', `/approvals/${approval!.id}/approve`, {})
    const filler = await db.sql`
      insert into office_file (municipality_code, id, kind, asked, asked_on, asked_by, asked_as, state)
      select ${town}, gen_random_uuid(), 'statistics', '{}', '2021-07-05', 'test', 'clerk', 'gone'
        from generate_series(1, 30) returning id`
    const use = () => paper.post('clerk', '/exports/approved', { approvalId: approval!.id })
    expect((await use()).to).toContain('said=tooManyFiles')
    await db.sql`delete from office_file where id = any(${filler.map(({ id }) => id)}::uuid[])`
    await db.sql`update office_file set asked_at = asked_at - interval '2 days'`
    expect((await use()).to).toContain('said=asked')
    await paper.make()
  })

  test('a file that was cut off on disk is not handed out as if it were whole', async () => {
    const { row, bytes } = await paper.approvedFile({
      file: 'vaccinationRegister',
      encoding: 'utf-8',
    })
    const path = join(site.dataDir.exports, `${town}-${row.id}.sealed`)
    const { truncateSync } = await import('node:fs')
    truncateSync(path, readFileSync(path).length - 1)
    const answer = await site.app.request(`/exports/${row.id}/file`, { headers: as('clerk') })
    await expect(answer.arrayBuffer()).rejects.toThrow()
    expect(bytes.length).toBeGreaterThan(0)
  })
})

test('files that open nothing need nobody else; what is malformed makes none', async () => {
  const asked = await paper.post('clerk', '/exports', {
    file: 'overdueList',
    encoding: 'utf-8-bom',
  })
  expect(asked.to).toContain('said=asked')
  const { status, bytes } = await paper.fetched()
  expect([status, [...bytes.slice(0, 3)]]).toEqual([200, [0xef, 0xbb, 0xbf]])
  const withAddress = { file: 'overdueList', encoding: 'utf-8', withAddress: '1' }
  expect((await paper.post('clerk', '/exports', withAddress)).to).toContain('said=approvalAsked')
  const bad = await paper.post('clerk', '/exports', { file: 'everything', encoding: 'utf-8' })
  expect(bad.to).toContain('said=malformed')
})

test('the same by HTTP: asked for, approved, made, fetched by the asker, put away', async () => {
  await paper.scan(await aResident(db))
  const call = async (who: Staff, path: string, body?: object) => {
    const answer = await site.app.request(`/api/v1${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { ...as(who), 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    const isJson = answer.headers.get('content-type')?.includes('json')
    return { status: answer.status, text, body: isJson ? JSON.parse(text) : undefined }
  }
  const bare = await call('clerk', '/exports', { file: 'overdueList', encoding: 'utf-8' })
  expect(bare).toMatchObject({ status: 201, body: { fileId: expect.any(String) } })
  const asked = await call('clerk', '/exports', { file: 'vaccinationRegister', encoding: 'utf-8' })
  expect(asked.status).toBe(202)
  const { approvalId } = asked.body
  expect((await call('clerk', '/exports/approved', { approvalId })).status).toBe(404)
  await call('municipalAdministrator', `/approvals/${approvalId}/approve`, {})
  expect((await call('clerkElsewhere', '/exports/approved', { approvalId })).status).toBe(404)
  const used = await call('clerk', '/exports/approved', { approvalId })
  expect(used.status).toBe(201)
  await paper.make()
  const path = `/exports/${used.body.fileId}`
  const { files } = (await call('clerk', '/exports')).body
  const line = files.find(({ fileId }: { fileId: string }) => fileId === used.body.fileId)
  const file = await call('clerk', `${path}/file`)
  expect(file.text).toContain('見本会場')
  expect(line).toMatchObject({
    ...{ kind: 'vaccinationRegister', state: 'made', shortened: 0 },
    sha256: createHash('sha256').update(file.text).digest('hex'),
  })
  expect((await call('municipalAdministrator', `${path}/file`)).status).toBe(404)
  expect((await call('clerk', `${path}/done`, {})).status).toBe(200)
  expect((await call('clerk', `${path}/file`)).status).toBe(404)
  expect((await call('operator', '/exports')).status).toBe(403)
})
