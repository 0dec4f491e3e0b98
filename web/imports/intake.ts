/** A file comes in, from a page or a program: its bytes under seal first, then the row that it is known by. */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { currentCaller } from '../../auth/caller.ts'
import { Refusal } from '../../auth/refusal.ts'
import type { Clock } from '../../config/clock.ts'
import type { DataDir } from '../../config/data-dir.ts'
import { type Sql, withPurpose } from '../../db/client.ts'
import { type Received, receiveImport } from '../../db/queries/imports/receive.ts'
import { runScope } from '../../db/queries/imports/run.ts'
import { notePress, type Presser } from '../../db/queries/imports/wishes.ts'
import { DomainError } from '../../domain/errors.ts'
import type { ImportMode } from '../../domain/import.ts'
import type { LayoutKind } from '../../domain/municipal-file.ts'
import { freeOnDisk, openSpool, type Spool } from '../../files/spool.ts'
import { openFileKeys, type StickKeys } from '../../vault/file-keys.ts'

export const fileBytesMax = 2 * 1024 * 1024 * 1024

/** The page's own view of the spool: it seals what arrives and can open nothing but results. */
export function openWebSpool(
  dataDir: DataDir,
  keyd: { socketPath: string; token: string },
): { spool: Spool; stickKeys(): Promise<StickKeys>; close(): void } {
  const keys = openFileKeys(keyd)
  return {
    spool: openSpool(join(dataDir.root, 'imports'), keys),
    stickKeys: () => keys.stickKeys(),
    close: () => keys.close(),
  }
}

export type Incoming = {
  municipalityCode: string
  fileName: string
  mode: ImportMode
  layout?: LayoutKind
  bytes: AsyncIterable<Uint8Array>
}

type Deps = { sql: Sql; clock: Clock; spool: Spool }

/**
 * Whole or not at all: whatever breaks off in the middle leaves neither bytes nor a row. The same bytes
 * again answer the first import. Throws `fileTooLarge`, `noRoomForFile`, `fileMissing`, and what `receiveImport`
 * throws.
 */
export async function takeIn({ sql, clock, spool }: Deps, file: Incoming): Promise<Received> {
  const by = presser()
  const importId = randomUUID()
  try {
    const { sha256, bytes } = await spool.put(importId, 'file', file.bytes, {
      mostBytes: fileBytesMax,
      leaveFree: freeOnDisk,
    })
    if (bytes === 0) throw new DomainError('fileMissing', 'There are no bytes', 'file')
    const { municipalityCode, fileName, mode, layout } = file
    const received = await receiveImport(sql, {
      ...{ municipalityCode, importId, fileName, mode, sha256, bytes },
      ...(layout && { layout }),
      receivedBy: by.id,
      today: clock.today(),
    })
    if (received.isRepeat) await spool.remove(importId)
    else if (by.isClerk) {
      const ref = { municipalityCode, importId }
      await withPurpose(sql, runScope(municipalityCode), (tx) => notePress(tx, ref, by, 'upload'))
    }
    return received
  } catch (error) {
    await spool.remove(importId)
    throw error
  }
}

/** Who presses. Throws `Refusal` for whoever is neither staff nor a program. */
export function presser(): Presser {
  const caller = currentCaller()
  if (caller?.kind === 'account') return { id: caller.id, isClerk: true }
  if (caller?.kind === 'machine') return { id: caller.id, isClerk: false }
  throw new Refusal(403, 'notAllowed')
}
