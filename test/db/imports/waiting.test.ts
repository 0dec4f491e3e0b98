// Files that wait for their clerk while others come and go: asked about, compared anew, never lost from the list. The
// importer's own activities run beside the HTTP routes, under its role, on the real spool.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { MockActivityEnvironment } from '@temporalio/testing'
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createImportActivities } from '../../../activities/import-steps.ts'
import { listImports } from '../../../db/queries/imports/read.ts'
import { openSpool } from '../../../files/spool.ts'
import { seedStaff, testToken } from '../../support/credentials.ts'
import { type TestImporter, testImporter } from '../../support/importer.ts'
import { type Site, startSite } from '../../support/pages-site.ts'
import { type SealedDatabase, sealedDatabase } from '../../support/sealed.ts'
import { seedTowns, town } from '../../support/town.ts'

const header = '宛名番号,氏,名,フリガナ,生年月日,郵便番号,住所,住民となった日'
const line = (n: number) =>
  `00${n},見本,太郎${n},ミホン タロウ,1950-05-${String((n % 28) + 1).padStart(2, '0')},1000001,見本町${n},2010-04-01`
const fileOf = (...lines: string[]) => [header, ...lines, ''].join('\r\n')

let db: SealedDatabase
let site: Site
let importer: TestImporter

beforeAll(async () => {
  db = await sealedDatabase()
  await seedTowns(db.sql)
  await seedStaff(db.sql)
  site = startSite(db, {
    spool: (root) => openSpool(join(root, 'imports'), db.keyd.fileKeys('api')),
  })
  const folder = join(site.dataDir.root, 'imports')
  importer = testImporter(db, { folder, clock: site.clock })
})
afterAll(async () => {
  await importer?.stop()
  const { root } = site.dataDir
  await site?.close()
  await db?.drop()
  rmSync(root, { recursive: true, force: true })
})

const machine = { authorization: `Bearer ${testToken}` }

async function call(method: string, path: string, body?: string) {
  const response = await site.app.request(`/api/v1/imports${path}`, {
    ...{ method, headers: machine },
    ...(body !== undefined && { body }),
  })
  return { status: response.status, body: JSON.parse(await response.text()) }
}

const bring = (text: string, name: string) =>
  call('POST', `?municipality=${town}&name=${name}`, text)

async function until(importId: string, isSo: (found: never) => boolean) {
  for (;;) {
    const { body } = await call('GET', `/${importId}`)
    if (isSo(body as never)) return body
    expect(importer.takeFaults()).toEqual([])
    await sleep(30)
  }
}
const atRest = (importId: string) =>
  until(
    importId,
    ({ state, hasResults, wish }: Record<string, unknown>) =>
      ['refused', 'failed', 'discarded', 'undone'].includes(state as string) ||
      ((state === 'reviewed' || state === 'applied') && !!hasResults && !wish),
  )

describe('a file that waits for its clerk', () => {
  test('a list of deaths that shows whole people is asked about before anything of it can be applied', async () => {
    const text = [`${header},死亡日`, `${line(61)},2021-06-01`, ''].join('\r\n')
    const { importId } = (await bring(text, 'list.csv')).body
    expect(await atRest(importId)).toMatchObject({
      ...{ state: 'reviewed', layout: 'residentRegister', layoutState: 'guessed' },
    })
    expect((await call('POST', `/${importId}/apply`)).body).toMatchObject({
      code: 'layoutNotConfirmed',
    })
    await call('POST', `/${importId}/discard`)
    expect(await atRest(importId)).toMatchObject({ state: 'discarded' })
  })

  const ticketsOf = (...numbers: number[]) =>
    ['宛名番号,券番号,発行日', ...numbers.map((n) => `00${n},00000${n}7${n},2021-04-01`), ''].join(
      '\r\n',
    )

  test('tickets that came with their register are compared anew once it is applied', async () => {
    const register = (await bring(fileOf(line(71), line(72)), 'with-tickets.csv')).body.importId
    const tickets = (await bring(ticketsOf(71, 72), 'tickets.csv')).body.importId
    await atRest(register)
    expect((await atRest(tickets)).counts).toMatchObject({ rows: 2, new: 0, rejected: 2 })
    const cells = await db.sql`
      select column_name as "column", code from import_note where import_id = ${tickets} order by 1, 2`
    expect(cells).toEqual([...Array(2)].map(() => ({ column: 'A', code: 'unknownResident' })))
    await call('POST', `/${register}/apply`)
    expect(await atRest(register)).toMatchObject({ state: 'applied', applied: 2 })
    await until(tickets, ({ counts }: { counts: { new: number } }) => counts.new === 2)
    expect((await atRest(tickets)).counts).toMatchObject({ rows: 2, new: 2, rejected: 0 })
    for (const importId of [tickets, register]) {
      await call('POST', `/${importId}/apply`)
      await atRest(importId)
      await call('POST', `/${importId}/undo`)
      expect(await atRest(importId)).toMatchObject({ state: 'undone' })
    }
  })

  test('so are those whose comparison was under way when it was applied', async () => {
    const register = (await bring(fileOf(line(73)), 'with-tickets-2.csv')).body.importId
    await atRest(register)
    const log = pino({ level: 'silent' })
    const vault = db.keyd.vault('import', 'sesshu_import')
    const { sql, spool } = importer
    const beside = createImportActivities({ sql, spool, vault, log, clock: site.clock })
    importer.gaps.whileCompared = async () => {
      importer.gaps.whileCompared = undefined
      await new MockActivityEnvironment().run(beside.applyImport, { importId: register })
    }
    const tickets = (await bring(ticketsOf(73), 'tickets-2.csv')).body.importId
    await until(tickets, ({ counts }: { counts: { new: number } }) => counts.new === 1)
    expect((await atRest(tickets)).counts).toMatchObject({ rows: 1, new: 1, rejected: 0 })
    await call('POST', `/${tickets}/discard`)
    await call('POST', `/${register}/undo`)
    expect(await atRest(register)).toMatchObject({ state: 'undone' })
  })

  test('what waits for its clerk stays on the list, however many came after it', async () => {
    const { importId } = (await bring(fileOf(line(81)), 'waits.csv')).body
    await atRest(importId)
    await db.sql`
      with over as (
        insert into import_file (municipality_code, id, file_name, mode, sha256, bytes, received_by,
                                 received_on, received_at, state)
        select ${town}, gen_random_uuid(), 'over.csv', 'full', encode(sha256(n::text::bytea), 'hex'), 1,
               'test', current_date, now() + interval '1 hour', 'discarded'
          from generate_series(1, 60) n
        returning municipality_code, id, received_on)
      insert into import_run (municipality_code, import_id, received_on)
      select municipality_code, id, received_on from over`
    const [first] = await listImports(importer.sql, town)
    expect(first).toMatchObject({ importId, file: 'waits.csv' })
    await call('POST', `/${importId}/discard`)
    expect(await atRest(importId)).toMatchObject({ state: 'discarded' })
  })
})
