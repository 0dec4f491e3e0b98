/** A witness's own folder: its key, its file, and what it refused. Never inside the system's. */
import {
  closeSync,
  createReadStream,
  existsSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  realpathSync,
} from 'node:fs'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { createInterface } from 'node:readline'
import { writeWhole } from '../config/data-dir.ts'
import { openKeyFile } from './key-file.ts'
import { type SignerKey, signatureTypes } from './note-key.ts'
import { readWitness, type Witnessed } from './witness-file.ts'

const keyName = 'sesshu.invalid/witness'

export type WitnessFolder = {
  path: string
  signer: SignerKey
  file: string
  evidence: string
  /** Undefined before the log was met for the first time. */
  seen: Witnessed | undefined
}

/** A folder in which a witness would be worth nothing, or one that has refused its log. */
export class WitnessFolderError extends Error {
  readonly whatToDo: string

  constructor(message: string, whatToDo: string) {
    super(message)
    this.name = 'WitnessFolderError'
    this.whatToDo = whatToDo
  }
}

/**
 * Makes or opens the folder. Throws `WitnessFolderError` when it lies inside a system's data dir
 * (whoever may rewrite the log could then rewrite the witness), or when this witness has refused
 * its log before; `WitnessFileError` when its file was changed.
 */
export async function openWitnessFolder(
  path: string,
  systemDataDir: string,
): Promise<WitnessFolder> {
  assertOutside(path, systemDataDir)
  mkdirSync(path, { recursive: true, mode: 0o700 })
  const evidence = join(path, 'refused.json')
  if (existsSync(evidence)) {
    throw new WitnessFolderError(
      `This witness has refused its log: ${evidence} holds the heads that do not fit together.`,
      'Show that file to the authority. Never take it away: a new log gets a new folder.',
    )
  }
  const signer = openKeyFile({
    folder: path,
    name: 'witness',
    keyName,
    type: signatureTypes.cosignature,
  })
  const file = join(path, 'witness.jsonl')
  mend(file)
  const seen = existsSync(file) ? await readWitness(linesOf(file)) : undefined
  if (seen && seen.witness.text !== signer.verifier.text) {
    throw new WitnessFolderError(
      `${file} was signed by another key than the one in ${join(path, 'witness.key')}.`,
      'Put the key back, or begin in a new folder.',
    )
  }
  return { path, signer, file, evidence, seen }
}

export function linesOf(path: string): AsyncIterable<string> {
  return createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Infinity })
}

/** Both heads, and where they part; nobody writes over it. */
export function keepEvidence(folder: WitnessFolder, evidence: object): void {
  if (!existsSync(folder.evidence)) {
    writeWhole(folder.evidence, `${JSON.stringify(evidence, null, 2)}\n`)
  }
}

function assertOutside(path: string, systemDataDir: string): void {
  const place = realPathOf(resolve(path))
  const within = (folder: string) => {
    const way = relative(folder, place)
    return way === '' || (way !== '..' && !way.startsWith(`..${sep}`))
  }
  const around = [realPathOf(resolve(systemDataDir)), ...ancestorsOf(place).filter(isDataDir)]
  const found = around.find(within)
  if (found === undefined) return
  throw new WitnessFolderError(
    `${path} lies inside the system's data dir ${found}: whoever could rewrite the log there could rewrite its witness.`,
    'Give the witness a folder of its own, best on another machine, with --dir.',
  )
}

/** What a system's data dir is known by, whatever its name. */
function isDataDir(folder: string): boolean {
  return existsSync(join(folder, 'credentials.json')) && existsSync(join(folder, 'run'))
}

function ancestorsOf(path: string): string[] {
  const above = dirname(path)
  return above === path ? [path] : [path, ...ancestorsOf(above)]
}

/** Links resolved as far as the path exists. */
function realPathOf(path: string): string {
  if (existsSync(path)) return realpathSync(path)
  const above = dirname(path)
  return above === path ? path : join(realPathOf(above), basename(path))
}

const tailBytes = 64 * 1024

/** Takes away a line that a kill cut short, so that the next one begins a line of its own. */
function mend(path: string): void {
  if (!existsSync(path)) return
  const file = openSync(path, 'r+')
  try {
    let end = fstatSync(file).size
    for (;;) {
      const from = Math.max(0, end - tailBytes)
      const tail = Buffer.alloc(end - from)
      readSync(file, tail, 0, tail.length, from)
      const newline = tail.lastIndexOf(0x0a)
      if (newline !== -1 || from === 0) {
        ftruncateSync(file, from + newline + 1)
        return
      }
      end = from
    }
  } finally {
    closeSync(file)
  }
}
