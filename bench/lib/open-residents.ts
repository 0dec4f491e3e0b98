/** Names and addresses of a letter batch, opened through the real keyd as the worker does. */
import { performance } from 'node:perf_hooks'
import { connectForLooks } from '../../db/ledger/record-looks.ts'
import { placeOf } from '../../db/people/places.ts'
import { openVault } from '../../vault/open-vault.ts'
import { open, type ResidentKey } from '../../vault/vault.ts'
import type { BenchDatabase } from './database.ts'
import type { BenchKeyd } from './keyd.ts'
import { type Spread, spreadOf } from './spread.ts'

const fields = ['name', 'address'] as const
type Row = ResidentKey & { name: Uint8Array; address: Uint8Array; fromOn: string }

/** Milliseconds for all of them; the floor is the same decryptions with the keys at hand. */
export type Opened = { residents: number; keydMs: Spread; floorMs: Spread }

export async function openResidents(
  { urls, sql }: BenchDatabase,
  keyd: BenchKeyd,
  { residents, rounds }: { residents: number; rounds: number },
): Promise<Opened> {
  const rows = await sql<Row[]>`
    select k.municipality_code as "municipalityCode", k.resident_id as "residentId", k.wrapped,
           k.key_version as "keyVersion", k.dek_version as "dekVersion", p.name, a.address,
           a.from_on::text as "fromOn"
      from resident_key k
      join person p on (p.municipality_code, p.resident_id) = (k.municipality_code, k.resident_id)
      join residence a on (a.municipality_code, a.resident_id) = (k.municipality_code, k.resident_id)
     limit ${residents}`
  const { SESSHU_KEYD_SOCKET: socketPath, SESSHU_KEYD_TOKEN: token } = keyd.environment('worker')
  const looks = connectForLooks(urls.sesshu_worker, 'bench')
  const vault = openVault({ socketPath, token, looks })
  const [keydMs, floorMs]: [number[], number[]] = [[], []]
  try {
    for (let round = 0; round <= rounds; round++) {
      const startedAt = performance.now()
      const keys = await vault.unlock(
        'sendNotice',
        rows.map((row) => ({ ...row, fields })),
      )
      openAll(rows, keys)
      const openedAt = performance.now()
      openAll(rows, keys)
      // The first one warms up.
      if (round === 0) continue
      keydMs.push(openedAt - startedAt)
      floorMs.push(performance.now() - openedAt)
    }
  } finally {
    await vault.close()
    await looks.end({ timeout: 2 })
  }
  return { residents: rows.length, keydMs: spreadOf(keydMs, 1), floorMs: spreadOf(floorMs, 1) }
}

function openAll(rows: Row[], keys: Awaited<ReturnType<ReturnType<typeof openVault>['unlock']>>) {
  for (const row of rows) {
    const unlocked = keys.get(row.residentId)!
    open(unlocked, placeOf('name', row), row.name)
    open(unlocked, placeOf('address', row, row.fromOn), row.address)
  }
}
