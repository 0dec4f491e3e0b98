import { closeSync, fdatasyncSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { syncFolder } from './durable.ts'

/**
 * A file that only grows, a whole line at a time. When a write fails half way (a full disk) the half
 * line is taken back, and if even that fails nothing is written after it.
 */
export class AppendFile {
  readonly path: string
  readonly #file: number
  #size: number
  #isBroken = false

  constructor(path: string) {
    this.path = path
    this.#file = openSync(path, 'a+', 0o600)
    this.#size = fstatSync(this.#file).size
    syncFolder(dirname(path))
  }

  get size(): number {
    return this.#size
  }

  append(line: string): void {
    if (this.#isBroken)
      throw new Error(`${this.path} ends in a half line that could not be undone.`)
    const bytes = Buffer.from(`${line}\n`, 'utf8')
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at)
      this.#size += bytes.length
    } catch (error) {
      this.#takeBack()
      throw error
    }
  }

  /** After it the line survives a power failure, not only the end of the process. */
  sync(): void {
    fdatasyncSync(this.#file)
  }

  close(): void {
    this.sync()
    closeSync(this.#file)
  }

  #takeBack(): void {
    try {
      ftruncateSync(this.#file, this.#size)
    } catch {
      this.#isBroken = true
    }
  }
}

/**
 * Whole lines of a text, and what stands after the last line end: a line whose writer was killed, and
 * which therefore nobody was told of.
 */
export function wholeLines(text: string): { lines: string[]; torn: string } {
  const end = text.lastIndexOf('\n') + 1
  const lines = text.slice(0, end).split('\n').slice(0, -1)
  return { lines, torn: text.slice(end) }
}
