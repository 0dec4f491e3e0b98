// A log is capped while its process goes on writing to it.
import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { lastLines, openLogFile, rotateLogFile } from '../../../supervisor/log-file.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sesshu-log-'))
  path = join(folder, 'api.log')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('what grew past the limit is moved aside, and the open file goes on from the start', () => {
  const out = openLogFile(path)
  const write = (text: string) => spawnSync('printf', ['%s', text], { stdio: ['ignore', out, out] })
  for (const round of ['1', '2', '3', '4', '5']) {
    write(`${round}-${'x'.repeat(50)}`)
    rotateLogFile(path, 20)
  }
  write('newest')
  closeSync(out)
  expect(readdirSync(folder).sort()).toEqual(['api.log', 'api.log.1', 'api.log.2', 'api.log.3'])
  expect(readFileSync(path, 'utf8')).toBe('newest')
  expect(['.1', '.2', '.3'].map((end) => readFileSync(path + end, 'utf8')[0])).toEqual([
    '5',
    '4',
    '3',
  ])
  expect(statSync(path).mode & 0o077).toBe(0)
})

test('the last lines of a long log are read from its end, none of a missing one', async () => {
  const out = openLogFile(path)
  const text = Array.from({ length: 2_000 }, (_, n) => `line ${n}`).join('\n')
  spawnSync('printf', ['%s\n', text], { stdio: ['ignore', out, out] })
  closeSync(out)
  expect(await lastLines(path, 2)).toBe('line 1998\nline 1999')
  expect(await lastLines(join(folder, 'none.log'))).toBe('')
})
