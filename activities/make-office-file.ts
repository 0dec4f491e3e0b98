/** Makes what a clerk asked for: read in the clerk's name, sealed on disk, then said to be there. */
import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { actAs } from '../config/actor.ts'
import type { Clock } from '../config/clock.ts'
import type { Log } from '../config/log.ts'
import { officeFileName } from '../config/office-file.ts'
import { type Scope, withPurpose } from '../db/client.ts'
import { newFileKey, sealedParts } from '../db/people/sealed-file.ts'
import { type FileToMake, fileMade, fileRefused } from '../db/queries/office-files.ts'
import type { Store } from '../db/store.ts'
import { DomainError } from '../domain/errors.ts'
import { officeFileTitle } from '../domain/office-file.ts'
import { type Content, contentOf, type FileInHand } from './office-file-content.ts'

export type MakeFileDeps = Store & {
  clock: Clock
  log: Log
  dataDir: string
  signal?: AbortSignal
}

/** Faults that asking again does not mend are said on the page; all others are tried again. */
const tellable = new Set(['exportOvertaken', 'nothingForPaper', 'registerTooLarge', 'noSuchBatch'])

/**
 * Safe to repeat: until the commit the file is as it was asked for, and is written anew. Throws
 * `fileOvertaken` when it may hold somebody who was erased or protected meanwhile.
 */
export async function makeOfficeFile(deps: MakeFileDeps, asked: FileToMake): Promise<void> {
  // Whoever is protected or overdue is so on the day on which the file is made.
  const file: FileInHand = { ...asked, day: deps.clock.today() }
  const asker = { id: file.askedBy, role: file.askedAs, office: file.municipalityCode }
  const about = { municipalityCode: file.municipalityCode, fileId: file.fileId, kind: file.kind }
  try {
    const counts = await actAs(asker, () => make(deps, file))
    deps.log.info({ ...about, rows: counts.rows }, 'a file that was asked for is made')
  } catch (error) {
    if (!(error instanceof DomainError) || !tellable.has(error.code)) throw error
    await fileRefused(deps.sql, file, error.code)
    deps.log.info({ ...about, because: error.code }, 'a file that was asked for cannot be made')
  }
}

async function make(deps: MakeFileDeps, file: FileInHand) {
  const { sql, vault, dataDir } = deps
  const { municipalityCode, kind } = file
  const content = await contentOf(deps, file)
  const { key, keys } = await newFileKey(vault, file)
  const measured = measuring(content)
  const path = join(dataDir, 'exports', officeFileName(file))
  await mkdir(join(dataDir, 'exports'), { recursive: true, mode: 0o700 })
  await writeStream(path, sealedParts(keys, file, measured.bytes))
  const { rows, pages, lacking, leftOut, shortened = 0 } = content.counts()
  const name = officeFileTitle({ municipalityCode, kind, day: file.day, rows, as: content.as })
  const made = {
    ...{ name, rows, lacking, leftOut, shortened, key, ...measured.sum() },
    ...(pages !== undefined && { pages }),
  }
  const scope: Scope = { municipalityCode, purpose: 'printPaper', look: [] }
  await withPurpose(sql, scope, async (tx) => {
    await content.keep?.(tx)
    if (await fileMade(tx, file, made)) return
    throw new DomainError('fileOvertaken', 'Somebody was erased or protected meanwhile')
  })
  return { rows }
}

/** Length and SHA-256 of the plain bytes, as whoever fetches them will have them. */
function measuring({ bytes }: Content) {
  const hash = createHash('sha256')
  let length = 0
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of bytes) {
      hash.update(chunk)
      length += chunk.length
      yield chunk
    }
  }
  return { bytes: counted(), sum: () => ({ bytes: length, sha256: hash.digest('hex') }) }
}

/** Whole and on disk when it returns; a half one is removed. */
async function writeStream(path: string, parts: AsyncIterable<Uint8Array>): Promise<void> {
  const partial = `${path}.part`
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW
  const file = await open(partial, flags, 0o600)
  try {
    for await (const part of parts) await file.writeFile(part)
    await file.sync()
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  } finally {
    await file.close()
  }
  await rename(partial, path)
}
