/** What Temporal keeps in the open: of a message's every text, and of the server's own files. */
import { existsSync, readFileSync } from 'node:fs'
import { sealedEncoding } from '../../codec/sealed-payload.ts'

export type Kept = {
  /** Every text that anybody with the message can read, with where it stands. */
  open: { path: string; text: string }[]
  /** Where sealed payloads stand. */
  sealed: string[]
}

/** Of any protobuf message: payloads apart, every string, key of a map and run of bytes. */
export function keptIn(message: unknown): Kept {
  const kept: Kept = { open: [], sealed: [] }
  look(message, '', kept)
  return kept
}

function look(value: unknown, path: string, kept: Kept): void {
  if (typeof value === 'string') {
    if (value !== '') kept.open.push({ path, text: value })
  } else if (value instanceof Uint8Array) {
    if (value.length > 0) kept.open.push({ path, text: Buffer.from(value).toString('utf8') })
  } else if (Array.isArray(value)) {
    for (const each of value) look(each, `${path}[]`, kept)
  } else if (typeof value === 'object' && value !== null) {
    if (isSealedPayload(value)) kept.sealed.push(path)
    else for (const [key, each] of entriesOf(value)) look(each, `${path}.${key}`, kept)
  }
}

/** Names of fields are the format's own; keys of a map are data, and come out as texts too. */
function entriesOf(value: object): [string, unknown][] {
  const isMap = Object.getPrototypeOf(value) === Object.prototype
  return Object.entries(value).flatMap(([key, each]): [string, unknown][] =>
    isMap
      ? [
          ['(key)', key],
          [key, each],
        ]
      : [[key, each]],
  )
}

function isSealedPayload(value: object): boolean {
  if (!('metadata' in value && 'data' in value)) return false
  const { encoding } = (value.metadata ?? {}) as Record<string, Uint8Array>
  return encoding !== undefined && Buffer.from(encoding).toString('utf8') === sealedEncoding
}

/** How often each word stands in the server's database, its write-ahead log included. */
export function hitsInFiles(dbFile: string, words: string[]): Record<string, number> {
  const files = [dbFile, `${dbFile}-wal`].filter(existsSync).map((path) => readFileSync(path))
  const count = (word: string) => {
    let hits = 0
    for (const file of files) {
      for (let at = file.indexOf(word); at >= 0; at = file.indexOf(word, at + 1)) hits += 1
    }
    return hits
  }
  return Object.fromEntries(words.map((word) => [word, count(word)]))
}
