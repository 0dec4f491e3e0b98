/** Files that are there whole or not at all, and stay there when the power goes. */
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'

const OWNER_ONLY_FILE = 0o600
const OWNER_ONLY_FOLDER = 0o700

/** Makes the folder, or takes away what others were allowed. */
export function makePrivateFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: OWNER_ONLY_FOLDER })
  chmodSync(path, OWNER_ONLY_FOLDER)
}

/** A new file. Throws `EEXIST` when there is one: a key is never written over. */
export function createDurably(path: string, bytes: Uint8Array): void {
  const draft = writeDraft(path, bytes)
  try {
    linkSync(draft, path)
  } finally {
    rmSync(draft, { force: true })
  }
  syncFolder(dirname(path))
}

/** A file in place of the one that was there. */
export function replaceDurably(path: string, bytes: Uint8Array): void {
  renameSync(writeDraft(path, bytes), path)
  syncFolder(dirname(path))
}

/**
 * Writes zeros over the file before it goes. On a disk that writes elsewhere (any flash disk) the old
 * bytes may survive; they are wrapped, and worth nothing without the root key.
 */
export function removeDurably(path: string): void {
  const file = openSync(path, 'r+')
  try {
    writeSync(file, Buffer.alloc(statSync(path).size), 0, undefined, 0)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  rmSync(path)
  syncFolder(dirname(path))
}

export function syncFolder(path: string): void {
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

function writeDraft(path: string, bytes: Uint8Array): string {
  const draft = `${path}.${randomBytes(4).toString('hex')}.draft`
  const file = openSync(draft, 'wx', OWNER_ONLY_FILE)
  try {
    writeSync(file, bytes)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  return draft
}
