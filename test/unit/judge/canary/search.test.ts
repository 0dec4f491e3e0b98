// Proves that the canary finds a planted leak in every spelling, anywhere in a file, and nothing else.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isAllowedSink } from '../../../../judge/canary/canary.ts'
import type { Marker } from '../../../../judge/canary/needles.ts'
import { searchForMarkers } from '../../../../judge/canary/search.ts'
import { spellingsOf } from '../../../../judge/canary/spellings.ts'

const name: Marker = { what: 'familyName', text: '青空山川海森' }
const mail: Marker = { what: 'mail', text: 'canary-00ff@example.com' }

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sesshu-canary-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

function search(markers: Marker[] = [name, mail]) {
  return searchForMarkers({ roots: [folder], markers, isAllowed: isAllowedSink })
}

describe('T13: the search for planted markers', () => {
  it.each(spellingsOf(name.text).map(({ how, bytes }) => [how, bytes] as const))(
    'finds a name written as %s',
    async (how, bytes) => {
      await writeFile(join(folder, 'some.log'), Buffer.concat([Buffer.from('before '), bytes]))
      expect((await search()).leaks).toContainEqual({
        ...{ file: 'some.log', at: 7, what: 'familyName' },
        how,
      })
    },
  )

  it.each([0, 1, 2, 3, 4, 5])(
    'finds a name in the base64 of a longer text, shifted by %i',
    async (n) => {
      const wrapped = Buffer.from(`${'x'.repeat(n)}${name.text} lives somewhere`).toString('base64')
      await writeFile(join(folder, 'dump'), wrapped)
      expect((await search()).leaks.map(({ what }) => what)).toContain('familyName')
    },
  )

  it('finds what lies across two chunks, once', async () => {
    const text = Buffer.from(mail.text)
    for (const before of [(1 << 20) - 3, (1 << 20) - text.length, 1 << 20, (2 << 20) - 5]) {
      await writeFile(
        join(folder, 'wal'),
        Buffer.concat([Buffer.alloc(before, 0x41), text, Buffer.alloc(100)]),
      )
      const { leaks } = await search()
      expect(leaks).toEqual([{ file: 'wal', at: before, what: 'mail', how: 'utf8' }])
    }
  })

  it('looks into folders and packed files', async () => {
    await mkdir(join(folder, 'log'))
    await writeFile(join(folder, 'log', 'api.1.log.gz'), gzipSync(`to ${mail.text}`))
    expect((await search()).leaks).toEqual([
      { file: 'log/api.1.log.gz', at: 3, what: 'mail', how: 'utf8' },
    ])
  })

  it('lets the truth and what was delivered hold it, and no file beside them', async () => {
    for (const file of ['mail', 'letters', 'log']) await mkdir(join(folder, file))
    for (const file of ['truth.jsonl', 'mail/1.eml', 'letters/1.pdf']) {
      await writeFile(join(folder, file), name.text)
    }
    expect((await search()).leaks).toEqual([])
    for (const file of ['told.jsonl', 'mail/1.json', 'letters/1.manifest.json', 'log/api.log']) {
      await writeFile(join(folder, file), name.text)
    }
    expect((await search()).leaks.map(({ file }) => file)).toEqual([
      ...['letters/1.manifest.json', 'log/api.log', 'mail/1.json', 'told.jsonl'],
    ])
  })

  it('finds nothing in random bytes', async () => {
    const bytes = Buffer.alloc(4 << 20)
    for (let i = 0, x = 1; i < bytes.length; i += 1) {
      x = (Math.imul(x, 1_103_515_245) + 12_345) >>> 0
      bytes[i] = x >>> 24
    }
    await writeFile(join(folder, 'pg'), bytes)
    const report = await search()
    expect(report).toEqual({ files: 1, bytes: bytes.length, leaks: [] })
  })
})
