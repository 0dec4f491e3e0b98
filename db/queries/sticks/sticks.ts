/** What became of a stick: the importer writes it down, step by step, so that any step may be its last. */
import { randomUUID } from 'node:crypto'
import type { ImportMode } from '../../../domain/import.ts'
import type { LayoutKind } from '../../../domain/municipal-file.ts'
import type { StickManifest } from '../../../domain/stick.ts'
import { type Sql, type Tx, withPurpose } from '../../client.ts'
import { runScope } from '../imports/run.ts'

export type StickState = 'taking' | 'taken' | 'answered'

export type StickRow = {
  municipalityCode: string
  id: string
  manifestSha256: string
  sequence: number
  returnTo: string | null
  state: StickState
  seenAt: Date
  takenAt: Date | null
  answeredAt: Date | null
  pulledOut: 'reading' | 'writing' | null
  trouble: string | null
  receipt: unknown
}

export type StickFileRow = {
  position: number
  fileName: string
  layout: LayoutKind | null
  mode: ImportMode
  lines: number | null
  bytes: number
  sha256: string
  importId: string | null
}

const columns = (tx: Tx) => tx`
  municipality_code as "municipalityCode", id, manifest_sha256 as "manifestSha256",
  sequence::float8 as sequence, return_to as "returnTo", state, seen_at as "seenAt",
  taken_at as "takenAt", answered_at as "answeredAt", pulled_out as "pulledOut", trouble, receipt`

/** By its manifest, in its town. */
export async function findStick(
  sql: Sql,
  of: { municipalityCode: string; manifestSha256: string },
): Promise<StickRow | undefined> {
  return await withPurpose(sql, runScope(of.municipalityCode), async (tx) => {
    const [row] = await tx<StickRow[]>`
      select ${columns(tx)} from stick where manifest_sha256 = ${of.manifestSha256}`
    return row
  })
}

/** The highest number that a stick used, or a file that was applied. */
export async function lastStickSequence(sql: Sql, municipalityCode: string): Promise<number> {
  return await withPurpose(sql, runScope(municipalityCode), async (tx) => {
    const [row] = await tx<{ last: number }[]>`
      select coalesce(max(sequence), 0)::float8 as last
        from (select sequence from stick where municipality_code = ${municipalityCode}
              union all
              select sequence from import_file
               where municipality_code = ${municipalityCode} and state = 'applied') used`
    return row?.last ?? 0
  })
}

/** Uses its number up. A second process that was faster has the same row: it is answered. */
export async function beginStick(
  sql: Sql,
  seen: { manifest: StickManifest; manifestSha256: string; publicKey: string },
): Promise<StickRow> {
  const { manifest, manifestSha256, publicKey } = seen
  const { municipalityCode, sequence, madeAt, expiresOn, returnTo = null, files } = manifest
  return await withPurpose(sql, runScope(municipalityCode), async (tx) => {
    const id = randomUUID()
    const { count } = await tx`
      insert into stick (municipality_code, id, manifest_sha256, sequence, made_at, expires_on, return_to,
                         public_key)
      values (${municipalityCode}, ${id}, ${manifestSha256}, ${sequence}, ${madeAt}, ${expiresOn},
              ${returnTo}, ${publicKey})
      on conflict (manifest_sha256) do nothing`
    for (const [position, file] of count > 0 ? files.entries() : []) {
      await tx`
        insert into stick_file (municipality_code, stick_id, position, file_name, layout, mode, lines, bytes,
                                sha256)
        values (${municipalityCode}, ${id}, ${position}, ${file.name}, ${file.kind ?? null}, ${file.mode},
                ${file.rows}, ${file.bytes}, ${file.sha256})`
    }
    const [row] = await tx<StickRow[]>`
      select ${columns(tx)} from stick where manifest_sha256 = ${manifestSha256}`
    return row!
  })
}

type Ref = { municipalityCode: string; id: string }

export async function filesOfStick(
  sql: Sql,
  { municipalityCode, id }: Ref,
): Promise<StickFileRow[]> {
  return await withPurpose(
    sql,
    runScope(municipalityCode),
    (tx) => tx<StickFileRow[]>`
      select position, file_name as "fileName", layout, mode, lines::float8 as lines,
             bytes::float8 as bytes, sha256, import_id as "importId"
        from stick_file where (municipality_code, stick_id) = (${municipalityCode}, ${id})
       order by position`,
  )
}

export async function noteImportOf(
  sql: Sql,
  { municipalityCode, id }: Ref,
  position: number,
  importId: string,
): Promise<void> {
  await withPurpose(
    sql,
    runScope(municipalityCode),
    (tx) => tx`
      update stick_file set import_id = ${importId}
       where (municipality_code, stick_id, position) = (${municipalityCode}, ${id}, ${position})`,
  )
}

export type StickChange = Partial<Pick<StickRow, 'pulledOut' | 'trouble'>> & {
  state?: 'taken' | 'answered'
  receipt?: object
}

export async function noteStick(sql: Sql, ref: Ref, change: StickChange): Promise<void> {
  const { state = null, pulledOut, trouble, receipt } = change
  await withPurpose(
    sql,
    runScope(ref.municipalityCode),
    (tx) => tx`
      update stick
         set state = coalesce(${state}, state),
             taken_at = case when ${state === 'taken'} then clock_timestamp() else taken_at end,
             answered_at = case when ${state === 'answered'} then clock_timestamp() else answered_at end,
             pulled_out = case when ${pulledOut === undefined} then pulled_out else ${pulledOut ?? null} end,
             trouble = case when ${trouble === undefined} then trouble else ${trouble ?? null} end,
             receipt = case when ${receipt === undefined} then receipt
                            else ${receipt ? tx.json(receipt as never) : null}::jsonb end
       where (municipality_code, id) = (${ref.municipalityCode}, ${ref.id})`,
  )
}

/** What turned out to be broken has used no number: the town packs it again. Imports are never dropped. */
export async function dropStick(sql: Sql, { municipalityCode, id }: Ref): Promise<void> {
  await withPurpose(
    sql,
    runScope(municipalityCode),
    (tx) => tx`
      delete from stick
       where (municipality_code, id) = (${municipalityCode}, ${id}) and state = 'taking'`,
  )
}

export type ShownStick = StickRow & { expiresOn: string; madeAt: Date; files: StickFileRow[] }

/** Of a town, newest first. */
export async function listSticks(sql: Sql, municipalityCode: string): Promise<ShownStick[]> {
  return await withPurpose(sql, runScope(municipalityCode), async (tx) => {
    const sticks = await tx<Omit<ShownStick, 'files'>[]>`
      select ${columns(tx)}, expires_on as "expiresOn", made_at as "madeAt" from stick
       where municipality_code = ${municipalityCode} order by sequence desc limit 30`
    const files = await tx<(StickFileRow & { stickId: string })[]>`
      select stick_id as "stickId", position, file_name as "fileName", layout, mode,
             lines::float8 as lines, bytes::float8 as bytes, sha256, import_id as "importId"
        from stick_file where municipality_code = ${municipalityCode}
         and stick_id = any(${sticks.map(({ id }) => id)}::uuid[]) order by position`
    return sticks.map((stick) => ({
      ...stick,
      files: files.filter(({ stickId }) => stickId === stick.id),
    }))
  })
}
