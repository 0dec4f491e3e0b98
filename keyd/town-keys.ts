/**
 * Which versions of which key are in use. A row of `town_key` stands for each version, and every row of
 * `resident_key` refers to it: so the database itself counts the references, those of a transaction
 * that has not committed yet included, and whatever row security would let keyd see.
 */
import type { Sql } from '../db/client.ts'
import { DomainError } from '../domain/errors.ts'
import type { KeyStore } from './key-store.ts'
import { RefusedForNow } from './refusal.ts'

export type TownKeys = {
  /** The newest version, with its row; a municipality's first use makes it. */
  newest(municipalityCode: string): Promise<number>
  rotate(municipalityCode: string, from: number): Promise<number>
  /** Wrapped keys of this version were shown to somebody, or by somebody, just now. */
  shown(municipalityCode: string, version: number): void
  /** Gives up the row, then the key. Throws `keyVersionInUse`. */
  destroy(municipalityCode: string, version: number): Promise<void>
  /** For what needs no version: indexes. Throws `unknownMunicipality`. */
  ensure(municipalityCode: string): Promise<void>
}

const FOREIGN_KEY_VIOLATION = '23503'
const LOCK_NOT_AVAILABLE = '55P03'
const LOCK_WITHIN = '3s'

export function townKeys(sql: Sql, store: KeyStore, quietMs: number): TownKeys {
  const withRow = new Set<string>()
  const ensured = new Map<string, Promise<void>>()
  const shownAt = new Map<string, number>()
  const startedAt = performance.now()
  const idOf = (code: string, version: number): string => `${code}/${version}`

  const writeRow = async (code: string, version: number): Promise<void> => {
    if (withRow.has(idOf(code, version))) return
    await sql`insert into town_key (municipality_code, version) values (${code}, ${version})
              on conflict do nothing`.catch(asUnknownTown)
    withRow.add(idOf(code, version))
  }

  const ensure = (code: string): Promise<void> => {
    let pending = ensured.get(code)
    if (!pending) {
      pending = makeIfNew(sql, store, code)
      ensured.set(code, pending)
      pending.catch(() => ensured.delete(code))
    }
    return pending
  }

  return {
    ensure,
    async newest(code) {
      await ensure(code)
      const version = await store.newestVersion(code)
      await writeRow(code, version)
      shownAt.set(idOf(code, version), performance.now())
      return version
    },
    async rotate(code, from) {
      await ensure(code)
      const version = await store.rotate(code, from)
      await writeRow(code, version)
      return version
    },
    shown: (code, version) => void shownAt.set(idOf(code, version), performance.now()),
    async destroy(code, version) {
      await ensure(code)
      if (version === (await store.newestVersion(code))) throw inUse('It is the newest version')
      const quietSince = shownAt.get(idOf(code, version)) ?? startedAt
      const waitMs = Math.ceil(quietSince + quietMs - performance.now())
      if (waitMs > 0) {
        throw new RefusedForNow(
          'keyVersionInUse',
          'A key of this version was shown just now',
          waitMs,
        )
      }
      await giveUpRow(sql, code, version)
      withRow.delete(idOf(code, version))
      await store.destroy(code, version)
    },
  }
}

/** A code that is in no table gets no key: any six digits could ask for one. */
async function makeIfNew(sql: Sql, store: KeyStore, code: string): Promise<void> {
  if (await store.hasTown(code)) return
  const found = await sql`select 1 from municipality where code = ${code}`
  if (found.length === 0) throw unknownTown()
  await store.makeTown(code)
}

async function giveUpRow(sql: Sql, code: string, version: number): Promise<void> {
  await sql
    .begin(async (tx) => {
      await tx`select set_config('lock_timeout', ${LOCK_WITHIN}, true)`
      await tx`delete from town_key where municipality_code = ${code} and version = ${version}`
    })
    .catch((error) => {
      const { code: reason } = error as { code?: string }
      if (reason === FOREIGN_KEY_VIOLATION) throw inUse('Residents still have keys of this version')
      if (reason === LOCK_NOT_AVAILABLE) throw inUse('A key of this version is being written')
      throw error
    })
}

function asUnknownTown(error: unknown): never {
  if ((error as { code?: string }).code === FOREIGN_KEY_VIOLATION) throw unknownTown()
  throw error
}

function unknownTown(): DomainError {
  return new DomainError('unknownMunicipality', 'There is no municipality with this code')
}

function inUse(detail: string): DomainError {
  return new DomainError('keyVersionInUse', detail)
}
