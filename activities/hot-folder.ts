/**
 * Where the printing house takes a batch from: `print/<town>/` of the data dir. A printer needs the pages
 * in plain, so that they lie there no longer than until the batch is accounted for, for our own account
 * alone (mode 0700). The manifest comes last: where it stands, the rest is whole.
 */
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { BatchKey } from '../db/queries/batches/batch.ts'
import { placeFile, stageFile } from './whole-file.ts'

const manifestEnding = '.manifest.json'
const endings = [manifestEnding, '.manifest.sig.json', '.index.csv', '.pdf'] as const
export type BatchFile = { ending: (typeof endings)[number]; content: Uint8Array | string }

export const hotFolderName = 'print'

function hotFolder(dataDir: string, { municipalityCode }: BatchKey): string {
  return join(dataDir, hotFolderName, municipalityCode)
}

const baseOf = ({ municipalityCode, batchOn }: BatchKey) => `${municipalityCode}-${batchOn}`

/** Files that wait under another name on the same disk, to be put in place all at once. */
export type StagedFiles = { place(): Promise<void> }

/** Writes a batch's files beside their places: in `letters/`, and in the hot folder. */
export async function stageBatch(
  dataDir: string,
  key: BatchKey,
  files: BatchFile[],
): Promise<StagedFiles> {
  const folders = [join(dataDir, 'letters'), hotFolder(dataDir, key)]
  const paths: string[] = []
  for (const folder of folders) {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    for (const { ending, content } of files) {
      const path = join(folder, `${baseOf(key)}${ending}`)
      await stageFile(path, content)
      paths.push(path)
    }
  }
  const there = new Set<string>(files.map(({ ending }) => ending))
  // A print that broke off may have left pages here, with a letter that is withdrawn by now.
  const gone = folders.flatMap((folder) =>
    endings.filter((one) => !there.has(one)).map((one) => join(folder, `${baseOf(key)}${one}`)),
  )
  return {
    async place() {
      await Promise.all(gone.map((path) => rm(path, { force: true })))
      for (const path of paths) await placeFile(path)
    },
  }
}

export async function liesInHotFolder(dataDir: string, key: BatchKey): Promise<boolean> {
  const names = await readdir(hotFolder(dataDir, key)).catch(() => [])
  return names.some((name) => name.startsWith(baseOf(key)))
}

/** Whole, so that whoever watches the folder may have taken it, whatever the rows say. */
export async function isHandedOver(dataDir: string, key: BatchKey): Promise<boolean> {
  const names = await readdir(hotFolder(dataDir, key)).catch(() => [])
  return names.some((name) => name === `${baseOf(key)}${manifestEnding}`)
}

export async function clearHotFolder(dataDir: string, key: BatchKey): Promise<void> {
  const folder = hotFolder(dataDir, key)
  const names = await readdir(folder).catch(() => [])
  const own = names.filter((name) => name.startsWith(baseOf(key)))
  // The manifest first: what is half gone is no batch any more.
  for (const name of own.sort(
    (a, b) => Number(b.endsWith(manifestEnding)) - Number(a.endsWith(manifestEnding)),
  )) {
    await rm(join(folder, name), { force: true })
  }
}
