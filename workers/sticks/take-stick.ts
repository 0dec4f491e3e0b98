/**
 * A stick's files become imports. First every file lies whole and compared in the spool, then all of them are
 * received: a stick that is pulled out before has brought nothing, and one that comes back goes on.
 */
import { randomUUID } from 'node:crypto'
import { findImport } from '../../db/queries/imports/read.ts'
import { receiveImport } from '../../db/queries/imports/receive.ts'
import { findStickKey } from '../../db/queries/sticks/keys.ts'
import {
  dropStick,
  filesOfStick,
  findStick,
  lastStickSequence,
  noteImportOf,
  noteStick,
  type StickFileRow,
  type StickRow,
} from '../../db/queries/sticks/sticks.ts'
import { DomainError } from '../../domain/errors.ts'
import type { StickManifest } from '../../domain/stick.ts'
import { readStickFile, type StickTrust } from '../../files/stick/open.ts'
import { StickRefused } from '../../files/stick/refusal.ts'
import type { CheckDeps, StickDeps } from './deps.ts'

/** As the importer reads it (`activities/import-files.ts`). */
const spooledFile = 'file'

/** What the database and keyd know; one inspection asks it. */
export async function trustOf({ sql, fileKeys, today }: CheckDeps): Promise<StickTrust> {
  // A stick's town is that of its key; nothing else of it is looked up before that is proven.
  let town = ''
  return {
    today: today(),
    recipient: await fileKeys.recipient('imports'),
    async keyOf(publicKey) {
      const found = await findStickKey(sql, publicKey)
      town = found?.municipalityCode ?? ''
      return found
    },
    // A key is registered for a town of this system.
    isTown: async (code) => code === town,
    async wasTaken(manifestSha256) {
      const stick = await findStick(sql, { municipalityCode: town, manifestSha256 })
      return stick !== undefined
    },
    lastSequence: (code) => lastStickSequence(sql, code),
  }
}

/**
 * Throws `StickRefused` when a file is not what its manifest says; then the stick has used no number.
 * Throws `StickPulledOut` when it goes away, `noRoomForFile` when our disk is full; what lies in the spool whole
 * is not read again.
 */
export async function takeStick(
  deps: StickDeps,
  folder: string,
  stick: StickRow,
  manifest: StickManifest,
): Promise<void> {
  const files = await filesOfStick(deps.sql, stick)
  try {
    for (const file of files) await spoolFile(deps, folder, stick, manifest, file)
    for (const file of files) await receiveFile(deps, stick, file)
  } catch (thrown) {
    const error = asRefusal(thrown)
    if (error instanceof StickRefused) await forget(deps, stick)
    throw error
  }
  await noteStick(deps.sql, stick, { state: 'taken', pulledOut: null, trouble: null })
}

/** It was pulled out, and a newer one of the town was applied meanwhile: it is an older stick now. */
function asRefusal(error: unknown): unknown {
  const isOlder = error instanceof DomainError && error.code === 'sequenceTooLow'
  return isOlder ? new StickRefused('stickSequenceOld') : error
}

async function spoolFile(
  { sql, spool, fileKeys, leaveFree }: StickDeps,
  folder: string,
  stick: StickRow,
  manifest: StickManifest,
  file: StickFileRow,
): Promise<void> {
  if (file.importId && (await spool.has(file.importId, spooledFile))) return
  const importId = randomUUID()
  const because = { for: 'stick', id: stick.id } as const
  const bytes = readStickFile(folder, manifest, file.position, (header) =>
    fileKeys.unwrap('imports', header, because),
  )
  await spool.put(importId, spooledFile, bytes, { mostBytes: file.bytes, leaveFree })
  await noteImportOf(sql, stick, file.position, importId)
  file.importId = importId
}

/** The same bytes as an import that is under way or done are that import. */
async function receiveFile({ sql, spool, today }: StickDeps, stick: StickRow, file: StickFileRow) {
  const importId = file.importId as string
  const received = await receiveImport(sql, {
    municipalityCode: stick.municipalityCode,
    importId,
    fileName: file.fileName,
    mode: file.mode,
    ...(file.layout && { layout: file.layout }),
    sha256: file.sha256,
    bytes: file.bytes,
    sequence: stick.sequence,
    receivedBy: 'stick',
    today: today(),
  })
  if (received.importId === importId) return
  await noteImportOf(sql, stick, file.position, received.importId)
  await spool.remove(importId)
}

/** What is an import already goes its own way; everything else has brought nothing. */
async function forget({ sql, spool }: StickDeps, stick: StickRow): Promise<void> {
  const { municipalityCode } = stick
  for (const { importId } of await filesOfStick(sql, stick)) {
    if (importId && !(await findImport(sql, { municipalityCode, importId }))) {
      await spool.remove(importId)
    }
  }
  await dropStick(sql, stick)
}
