/** Proves that both stores keep the same promises, and that each guards its own root key. */
import { sign } from 'node:crypto'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { indexNames } from '../../../domain/sealed-fields.ts'
import { openFilesStore } from '../../../keyd/files-store.ts'
import type { KeyStore } from '../../../keyd/key-store.ts'
import { openPkcs11Store } from '../../../keyd/pkcs11-store.ts'
import { hasSoftHsm, softHsm } from '../../support/softhsm.ts'

const [here, there] = ['131041', '011002']
const hsm = hasSoftHsm ? softHsm() : undefined
const openers = [
  { name: 'files', isThere: true, open: openFilesStore },
  {
    name: 'pkcs11 (SoftHSM)',
    isThere: hasSoftHsm,
    open: (folder: string) => openPkcs11Store(folder, hsm!),
  },
]

let folder: string
const opened: KeyStore[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sesshu-store-'))
})

afterEach(async () => {
  for (const store of opened.splice(0)) await store.close()
  rmSync(folder, { recursive: true, force: true })
})

afterAll(() => hsm?.remove())

function keep(store: KeyStore): KeyStore {
  opened.push(store)
  return store
}

const code = (name: string) => expect.objectContaining({ code: name })

for (const { name, isThere, open } of openers) {
  describe.skipIf(!isThere)(`the store in ${name}`, () => {
    it('keeps the identities of sealed files, wrapped, one for each use', async () => {
      const first = keep(await open(folder))
      const imports = await first.fileIdentity('imports')
      const results = await first.fileIdentity('results')
      expect(imports).toMatch(/^AGE-SECRET-KEY-1/)
      expect(results).not.toBe(imports)
      const kept = readFileSync(join(folder, 'files', 'imports.key'))
      expect(kept.includes(imports)).toBe(false)
      const again = keep(await open(folder))
      expect(await again.fileIdentity('imports')).toBe(imports)
      copyFileSync(join(folder, 'files', 'results.key'), join(folder, 'files', 'imports.key'))
      await expect(again.fileIdentity('imports')).rejects.toThrow()
    })

    it('finds the same keys again after a new start', async () => {
      const first = keep(await open(folder))
      await first.makeTown(here)
      await first.rotate(here, 1)
      const before = await everything(first, here)
      const second = keep(await open(folder))
      expect(await everything(second, here)).toEqual(before)
      expect(await second.towns()).toEqual([here])
      const text = Buffer.from('x')
      expect(sign(null, text, await second.signingKey())).toEqual(
        sign(null, text, await first.signingKey()),
      )
    })

    it('gives every town, version and index a key of its own', async () => {
      const store = keep(await open(folder))
      for (const town of [here, there]) {
        await store.makeTown(town)
        await store.rotate(town, 1)
      }
      const keys = [...(await everything(store, here)), ...(await everything(store, there))]
      expect(new Set(keys).size).toBe(2 * (2 + indexNames.length))
    })

    it('two first uses at once make one key', async () => {
      const store = keep(await open(folder))
      await store.makeTown(here)
      const again = keep(await open(folder))
      await Promise.all([again.makeTown(here), again.makeTown(here), again.rotate(here, 1)])
      expect(await again.versions(here)).toEqual([1, 2])
      expect(await again.townKey(here, 1)).toEqual(await store.townKey(here, 1))
    })

    it('a rotation that is repeated makes no second key', async () => {
      const store = keep(await open(folder))
      await store.makeTown(here)
      expect(await store.rotate(here, 1)).toBe(2)
      expect(await store.rotate(here, 1)).toBe(2)
      expect(await keep(await open(folder)).versions(here)).toEqual([1, 2])
    })

    it('what is destroyed is gone for ever, and its number is not used again', async () => {
      const store = keep(await open(folder))
      await store.makeTown(here)
      await expect(store.destroy(here, 1)).rejects.toThrow(code('keyVersionInUse'))
      await store.rotate(here, 1)
      await store.destroy(here, 1)
      await store.destroy(here, 1)
      expect(existsSync(join(folder, 'town', here, '1.key'))).toBe(false)
      for (const again of [store, keep(await open(folder))]) {
        await expect(again.townKey(here, 1)).rejects.toThrow(code('keyVersionDestroyed'))
        await expect(again.townKey(here, 9)).rejects.toThrow(code('keyVersionUnknown'))
        expect(await again.versions(here)).toEqual([2])
      }
      expect(await store.rotate(here, 2)).toBe(3)
    })

    it('a destruction that was interrupted is finished at the next start', async () => {
      const store = keep(await open(folder))
      await store.makeTown(here)
      await store.rotate(here, 1)
      writeFileSync(join(folder, 'town', here, '1.destroyed'), '')
      const next = keep(await open(folder))
      await expect(next.townKey(here, 1)).rejects.toThrow(code('keyVersionDestroyed'))
      expect(existsSync(join(folder, 'town', here, '1.key'))).toBe(false)
    })

    it('a key file opens in no other place', async () => {
      const store = keep(await open(folder))
      for (const town of [here, there]) await store.makeTown(town)
      const at = (town: string, file: string) => join(folder, 'town', town, file)
      copyFileSync(at(there, '1.key'), at(here, '1.key'))
      await expect(keep(await open(folder)).versions(here)).rejects.toThrow(/belongs elsewhere/)
      copyFileSync(at(there, 'index.key'), at(here, '1.key'))
      await expect(keep(await open(folder)).versions(here)).rejects.toThrow(/belongs elsewhere/)
    })

    it('no key lies in clear in the folder, and others may read none of it', async () => {
      const store = keep(await open(folder))
      await store.makeTown(here)
      const signing = (await store.signingKey()).export({ format: 'jwk' }).d as string
      const secrets = [await store.townKey(here, 1), Buffer.from(signing, 'base64url')]
      for (const path of filesIn(folder)) {
        expect(statSync(path).mode & 0o077, path).toBe(0)
        for (const secret of secrets) expect(readFileSync(path).includes(secret), path).toBe(false)
      }
    })

    it('closing wipes what was in memory', async () => {
      const store = await open(folder)
      await store.makeTown(here)
      const key = await store.townKey(here, 1)
      await store.close()
      expect(key).toEqual(Buffer.alloc(32))
    })
  })
}

describe('the root key in a file', () => {
  it('is made with the first key under it, and not before', async () => {
    const store = keep(await openFilesStore(folder))
    expect(existsSync(join(folder, 'root.key'))).toBe(false)
    await store.makeTown(here)
    expect(statSync(join(folder, 'root.key')).mode & 0o077).toBe(0)
  })

  it('is never made anew where keys lie under a lost one', async () => {
    await keep(await openFilesStore(folder)).makeTown(here)
    rmSync(join(folder, 'root.key'))
    await expect(openFilesStore(folder)).rejects.toThrow(/is gone. Put it back/)
    expect(existsSync(join(folder, 'root.key'))).toBe(false)
  })

  it('is refused when others may read it', async () => {
    await keep(await openFilesStore(folder)).makeTown(here)
    chmodSync(join(folder, 'root.key'), 0o640)
    await expect(openFilesStore(folder)).rejects.toThrow(/can be read by others/)
  })

  it('of another folder opens nothing', async () => {
    await keep(await openFilesStore(folder)).makeTown(here)
    writeFileSync(join(folder, 'root.key'), Buffer.alloc(32, 7))
    await expect(keep(await openFilesStore(folder)).versions(here)).rejects.toThrow()
  })
})

describe.skipIf(!hasSoftHsm)('the root key in a token', () => {
  it('is in no file: another token opens nothing', async () => {
    await keep(await openPkcs11Store(folder, hsm!)).makeTown(here)
    expect(existsSync(join(folder, 'root.key'))).toBe(false)
    await expect(openPkcs11Store(folder, hsm!.stranger)).rejects.toThrow(/Show the right token/)
  })

  it('needs the PIN, and a token that is there', async () => {
    await expect(openPkcs11Store(folder, { ...hsm!, token: 'nowhere' })).rejects.toThrow(
      /No token is labelled "nowhere"; there are: .*sesshu/,
    )
    // A session that is open already has its user logged in: the wrong PIN is tried by itself.
    for (const store of opened.splice(0)) await store.close()
    await expect(openPkcs11Store(folder, { ...hsm!, pin: '000000' })).rejects.toThrow(/C_Login/)
  })
})

async function everything(store: KeyStore, town: string): Promise<string[]> {
  const versions = await store.versions(town)
  const keys = [
    ...(await Promise.all(versions.map((version) => store.townKey(town, version)))),
    ...(await Promise.all(indexNames.map((index) => store.indexKey(town, index)))),
  ]
  return keys.map((key) => key.toString('hex'))
}

function filesIn(root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((name) => join(root, name))
    .filter((path) => statSync(path).isFile())
}
