/** The importer's watch over sticks, with a town's confirmed key, and sticks that no other test brings. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { connect } from '../../db/client.ts'
import { confirmStickKey, listStickKeys, registerStickKey } from '../../db/queries/sticks/keys.ts'
import { type StickManifest, toBase64 } from '../../domain/stick.ts'
import { openSpool } from '../../files/spool.ts'
import { receiptSigner } from '../../vault/file-keys.ts'
import type { StickDeps } from '../../workers/sticks/deps.ts'
import { seedStaff } from './credentials.ts'
import { sealedDatabase } from './sealed.ts'
import { sourceOf, startSticks, stickToday } from './sticks.ts'
import { seedTowns, town } from './town.ts'

export type Watched = Awaited<ReturnType<typeof openWatched>>

export async function* textOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text, 'utf8')
}

export async function openWatched() {
  const db = await sealedDatabase()
  await seedTowns(db.sql)
  const staff = await seedStaff(db.sql)
  const root = mkdtempSync(join(tmpdir(), 'sesshu-watched-'))
  const sql = connect(db.urls.sesshu_import, { name: 'test-sticks', max: 2 })
  const api = connect(db.urls.sesshu_api, { name: 'test-sticks-api', max: 2 })
  const fileKeys = db.keyd.fileKeys('import')
  const sticks = await startSticks({ recipient: await fileKeys.recipient('imports') })
  const spool = openSpool(join(root, 'imports'), fileKeys)
  const deps: StickDeps = {
    sql,
    spool,
    fileKeys,
    sign: receiptSigner(db.keyd.link('import')),
    today: () => stickToday,
    now: () => Date.parse('2021-07-05T03:00:00Z'),
    returnsOf: () => [{ name: 'vaccination-register.csv', bytes: textOf('台帳,見本 花子\r\n') }],
    leaveFree: 0,
    log: pino({ level: 'silent' }),
  }
  const publicKey = toBase64(sticks.key.publicKey)
  const registered = { municipalityCode: town, publicKey, by: staff.municipalAdministrator }
  const id = await registerStickKey(api, registered)
  const code = (await listStickKeys(api, town))[0]!.code
  await confirmStickKey(api, { municipalityCode: town, id, by: staff.secondAdministrator, code })

  const importsOf = (manifest: StickManifest) => db.sql<
    { id: string; state: string; by: string }[]
  >`
    select f.id, f.state, f.received_by as by from import_file f
      join stick_file s on s.import_id = f.id join stick k on k.id = s.stick_id
     where k.sequence = ${manifest.sequence} order by s.position`
  const watched = {
    ...{ db, staff, root, sql, api, sticks, spool, deps, importsOf },
    /** Of the stick that was packed last. */
    sequence: 0,
    /** A stick of the town with files of its own, so that no two tests bring the same bytes. */
    async newStick(files = 2): Promise<{ folder: string; manifest: StickManifest }> {
      watched.sequence += 1
      const sequence = watched.sequence
      return await sticks.pack({
        sequence,
        files: Array.from({ length: files }, (_, at) => ({
          source: sourceOf(
            `異動${at}.csv`,
            `番号,氏名\r\n${sequence}-${at},見本 花子\r\n`.repeat(20_000),
          ),
          mode: 'difference' as const,
        })),
      })
    },
    /** What the importer would have done by now. */
    async applied(manifest: StickManifest): Promise<void> {
      for (const { id } of await importsOf(manifest)) {
        await spool.put(id, 'results.csv', textOf(`結果 ${id}`), { recipient: 'results' })
        await db.sql`update import_file set state = 'applied', applied_at = now(), rows_read = 3, rows_new = 2,
                            rows_same = 1, rows_applied = 2 where id = ${id}`
        await db.sql`update import_run set results_for = 'applied' where import_id = ${id}`
      }
    },
    async systemKey(): Promise<string> {
      return toBase64((await deps.sign('0'.repeat(64))).publicKey)
    },
    async close(): Promise<void> {
      await sql.end({ timeout: 1 })
      await api.end({ timeout: 1 })
      await db.drop()
      sticks.remove()
      rmSync(root, { recursive: true, force: true })
    },
  }
  return watched
}
