import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { generateX25519Identity } from 'age-encryption'
import { DomainError } from '../domain/errors.ts'
import type { FileRecipient } from '../domain/file-keys.ts'
import { type IndexName, indexNames } from '../domain/sealed-fields.ts'
import { createDurably, makePrivateFolder, removeDurably } from './durable.ts'
import type { KeyStore, RootKey } from './key-store.ts'
import { derive, KEY_BYTES } from './wrap.ts'

type Town = {
  versions: Map<number, Buffer>
  destroyed: Set<number>
  indexKeys: Map<IndexName, Buffer>
}

const INDEX_FILE = 'index.key'

/**
 * `<folder>/town/<code>/<version>.key` and `index.key`, `<folder>/sign.key`, `<folder>/files/<name>.key`:
 * each wrapped under the root key and bound to its own place, so that no file can stand in for another.
 */
export function wrappedStore(folder: string, root: RootKey): KeyStore {
  const townFolder = join(folder, 'town')
  makePrivateFolder(townFolder)
  const loaded = new Map<string, Promise<Town>>()
  const folderOf = (code: string): string => join(townFolder, code)

  /** One at a time per town: two first uses must not make two keys. */
  const town = (code: string): Promise<Town> => {
    let found = loaded.get(code)
    if (!found) {
      found = loadTown(folderOf(code), code, root)
      loaded.set(code, found)
      found.catch(() => loaded.delete(code))
    }
    return found
  }

  const newestOf = async (code: string): Promise<number> => {
    return Math.max(...(await town(code)).versions.keys())
  }

  return {
    kind: root.kind,
    hasTown: async (code) => loaded.has(code) || existsSync(join(folderOf(code), INDEX_FILE)),
    makeTown: async (code) => {
      if (!loaded.has(code)) await makeTown(folderOf(code), code, root)
      await town(code)
    },
    versions: async (code) => [...(await town(code)).versions.keys()].sort((a, b) => a - b),
    newestVersion: newestOf,
    townKey: async (code, version) => keyOf(await town(code), version),
    rotate: async (code, from) => {
      const found = await town(code)
      const newest = Math.max(...found.versions.keys())
      if (newest > from) return newest
      await addVersion(folderOf(code), code, newest + 1, root)
      found.versions.set(newest + 1, await readVersion(folderOf(code), code, newest + 1, root))
      return newest + 1
    },
    destroy: async (code, version) => {
      const found = await town(code)
      if (version === Math.max(...found.versions.keys())) {
        throw new DomainError('keyVersionInUse', 'The newest key of a municipality is in use')
      }
      if (!found.versions.has(version) && !found.destroyed.has(version)) throw unknownVersion()
      destroyFile(folderOf(code), version)
      found.versions.get(version)?.fill(0)
      found.versions.delete(version)
      found.destroyed.add(version)
    },
    indexKey: async (code, index) => (await town(code)).indexKeys.get(index) as Buffer,
    signingKey: () => signingKeyIn(folder, root),
    fileIdentity: (name) => fileIdentityIn(join(folder, 'files'), name, root),
    towns: async () => readdirSync(townFolder).filter((name) => /^\d{6}$/.test(name)),
    close: async () => {
      for (const pending of loaded.values()) await pending.then(wipe, () => {})
      loaded.clear()
      await root.close()
    },
  }
}

/** Safe to repeat after a crash between the two files: the index secret, written last, ends it. */
async function makeTown(folder: string, code: string, root: RootKey): Promise<void> {
  makePrivateFolder(folder)
  if (existsSync(join(folder, INDEX_FILE))) return
  if (!existsSync(join(folder, '1.key'))) await addVersion(folder, code, 1, root)
  const secret = randomBytes(KEY_BYTES)
  createDurably(join(folder, INDEX_FILE), await root.wrap(secret, `index|${code}`))
  secret.fill(0)
}

async function loadTown(folder: string, code: string, root: RootKey): Promise<Town> {
  if (!existsSync(join(folder, INDEX_FILE))) {
    throw new DomainError('unknownMunicipality', 'This municipality has no keys')
  }
  const names = readdirSync(folder)
  const destroyed = new Set(numbersOf(names, '.destroyed'))
  const versions = new Map<number, Buffer>()
  for (const version of numbersOf(names, '.key')) {
    // A crash came between the decision and the deed.
    if (destroyed.has(version)) destroyFile(folder, version)
    else versions.set(version, await readVersion(folder, code, version, root))
  }
  const secret = await root.unwrap(readFileSync(join(folder, INDEX_FILE)), `index|${code}`)
  const indexKeys = new Map(
    indexNames.map((name) => [name, derive(secret, `sesshu/index/${name}`)] as const),
  )
  secret.fill(0)
  return { versions, destroyed, indexKeys }
}

async function addVersion(
  folder: string,
  code: string,
  version: number,
  root: RootKey,
): Promise<void> {
  const key = randomBytes(KEY_BYTES)
  createDurably(join(folder, `${version}.key`), await root.wrap(key, placeOf(code, version)))
  key.fill(0)
}

function readVersion(
  folder: string,
  code: string,
  version: number,
  root: RootKey,
): Promise<Buffer> {
  return root.unwrap(readFileSync(join(folder, `${version}.key`)), placeOf(code, version))
}

/** The decision first: a version that was to be destroyed is never used again. */
function destroyFile(folder: string, version: number): void {
  const tombstone = join(folder, `${version}.destroyed`)
  if (!existsSync(tombstone)) createDurably(tombstone, Buffer.from(`${new Date().toISOString()}\n`))
  const file = join(folder, `${version}.key`)
  if (existsSync(file)) removeDurably(file)
}

async function signingKeyIn(folder: string, root: RootKey): Promise<KeyObject> {
  const path = join(folder, 'sign.key')
  if (!existsSync(path)) {
    const { privateKey } = generateKeyPairSync('ed25519')
    const bytes = privateKey.export({ format: 'der', type: 'pkcs8' })
    createDurably(path, await root.wrap(bytes, 'sign'))
  }
  const bytes = await root.unwrap(readFileSync(path), 'sign')
  return createPrivateKey({ key: bytes, format: 'der', type: 'pkcs8' })
}

async function fileIdentityIn(folder: string, name: FileRecipient, root: RootKey): Promise<string> {
  const path = join(folder, `${name}.key`)
  if (!existsSync(path)) {
    makePrivateFolder(folder)
    const identity = Buffer.from(await generateX25519Identity(), 'utf8')
    const wrapped = await root.wrap(identity, `file|${name}`)
    // Two first uses at once: the one whose file is there first has made the identity.
    if (!existsSync(path)) createDurably(path, wrapped)
  }
  return (await root.unwrap(readFileSync(path), `file|${name}`)).toString('utf8')
}

function keyOf(town: Town, version: number): Buffer {
  const key = town.versions.get(version)
  if (key) return key
  if (town.destroyed.has(version)) {
    throw new DomainError('keyVersionDestroyed', 'That version of the key was destroyed')
  }
  throw unknownVersion()
}

function unknownVersion(): DomainError {
  return new DomainError('keyVersionUnknown', 'There never was such a version of the key')
}

function wipe({ versions, indexKeys }: Town): void {
  for (const key of [...versions.values(), ...indexKeys.values()]) key.fill(0)
}

function numbersOf(names: string[], ending: string): number[] {
  return names
    .filter((name) => name.endsWith(ending))
    .map((name) => Number(name.slice(0, -ending.length)))
    .filter(Number.isInteger)
}

function placeOf(code: string, version: number): string {
  return `town|${code}|${version}`
}
