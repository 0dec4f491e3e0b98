/** Proves that a whole keyd works with its root key inside a token, and not without that token. */
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPkcs11Store } from '../../../keyd/pkcs11-store.ts'
import { open, seal } from '../../../vault/vault.ts'
import { freshDatabase, type TestDatabase } from '../../support/db.ts'
import { startTestKeyd, type TestKeyd } from '../../support/keyd.ts'
import { hasSoftHsm, type SoftHsm, softHsm } from '../../support/softhsm.ts'
import { seedTowns, town } from '../../support/town.ts'

describe.skipIf(!hasSoftHsm)('keyd with a token', () => {
  let database: TestDatabase
  let hsm: SoftHsm
  let keyd: TestKeyd
  let token: 'own' | 'stranger' = 'own'

  beforeAll(async () => {
    database = await freshDatabase()
    await seedTowns(database.sql)
    hsm = softHsm()
    keyd = await startTestKeyd(database, {
      openStore: (folder) => openPkcs11Store(folder, token === 'own' ? hsm : hsm.stranger),
    })
  })

  afterAll(async () => {
    await keyd?.stop()
    hsm?.remove()
    await database?.drop()
  })

  it('seals and opens, also after a rotation and a new start', async () => {
    const vault = keyd.vault('api')
    const residentId = randomUUID()
    const key = (await vault.createKeys(town, [residentId])).get(residentId)!
    const at = { table: 't', column: 'c', field: 'mail', municipalityCode: town } as const
    const sealed = seal(key.fieldKeys, { ...at, rowId: residentId }, 'a@example.invalid')
    await keyd.link('keys').ask('rotate', { municipalityCode: town, from: 1 })
    await keyd.restart()
    const keys = await vault.unlock('manageRegister', [{ ...key, fields: ['mail'] }])
    expect(open(keys.get(residentId)!, { ...at, rowId: residentId }, sealed)).toBe(
      'a@example.invalid',
    )
    expect(await keyd.link('keys').ask('status', {})).toMatchObject({
      store: 'pkcs11',
      versions: { [town]: [1, 2] },
    })
    expect(existsSync(join(keyd.folder, 'root.key'))).toBe(false)
  })

  it('does not start with the folder and another token', async () => {
    await keyd.end()
    token = 'stranger'
    await expect(keyd.start()).rejects.toThrow(/Show the right token/)
    token = 'own'
    await keyd.start()
  })
})
