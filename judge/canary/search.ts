/**
 * The canary: markers were planted as people's names, addresses, mail addresses and numbers; after a
 * campaign every file of the system is searched for them, in every spelling. What lies outside the
 * places that are meant to hold them is a leak.
 */
import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { type Found, type Marker, Needles } from './needles.ts'

/** Where a marker was found; the marker itself is named by what it is, not repeated. */
export type Leak = { file: string; at: number; what: string; how: string }

export type SearchOptions = {
  /** Folders or files that are searched, links followed. */
  roots: string[]
  markers: Marker[]
  /** True for a place that is meant to hold this. `file` is relative to its root, with `/`. */
  isAllowed?: (file: string, what: string) => boolean
  onFile?: (file: string, bytes: number) => void
}

export type SearchReport = { files: number; bytes: number; leaks: Leak[] }

const leaksPerFileAtMost = 20

export async function searchForMarkers(options: SearchOptions): Promise<SearchReport> {
  const needles = new Needles(options.markers)
  const report: SearchReport = { files: 0, bytes: 0, leaks: [] }
  for (const root of options.roots) {
    for await (const path of filesUnder(root)) {
      const file = relative(root, path).split(sep).join('/') || path
      const { bytes, leaks } = await searchFile(path, file, needles, options)
      report.files += 1
      report.bytes += bytes
      report.leaks.push(...leaks)
      options.onFile?.(file, bytes)
    }
  }
  return report
}

/** How much a search of these would look at. */
export async function sizeOf(roots: string[]): Promise<{ files: number; bytes: number }> {
  const size = { files: 0, bytes: 0 }
  for (const root of roots) {
    for await (const path of filesUnder(root)) {
      size.files += 1
      size.bytes += (await stat(path)).size
    }
  }
  return size
}

async function* filesUnder(path: string): AsyncGenerator<string> {
  const found = await stat(path).catch(() => undefined)
  if (found?.isFile()) yield path
  if (!found?.isDirectory()) return
  for (const name of (await readdir(path)).sort()) yield* filesUnder(join(path, name))
}

async function searchFile(
  path: string,
  file: string,
  needles: Needles,
  { isAllowed = () => false }: SearchOptions,
): Promise<{ bytes: number; leaks: Leak[] }> {
  const leaks: Leak[] = []
  const seen = new Set<string>()
  const note = ({ needle, at }: Found, before: number) => {
    const { what } = needle.marker
    const place = `${before + at}/${needle.how}`
    // The end of a chunk is looked at twice, with the chunk before and with the one after.
    if (seen.has(place) || leaks.length >= leaksPerFileAtMost || isAllowed(file, what)) return
    seen.add(place)
    leaks.push({ file, at: before + at, what, how: needle.how })
  }
  let bytes = 0
  let kept: Buffer = Buffer.alloc(0)
  const chunks: Buffer[] = []
  const isPacked = file.endsWith('.gz')
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    if (isPacked) chunks.push(chunk)
    const window = Buffer.concat([kept, chunk])
    for (const found of needles.findIn(window)) note(found, bytes - kept.length)
    bytes += chunk.length
    kept = window.subarray(Math.max(0, window.length - needles.bytesAtMost + 1))
  }
  if (isPacked)
    for (const found of needles.findIn(gunzipSync(Buffer.concat(chunks)))) note(found, 0)
  return { bytes, leaks }
}
