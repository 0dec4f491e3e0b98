// A notice's id follows from what it is, or the watch cannot tell what a letter was about: one place writes them.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = new URL('../..', import.meta.url).pathname
const folders = [
  'activities',
  'api',
  'auth',
  'bench',
  'cli',
  'db',
  'monitor',
  'relay',
  'test',
  'web',
]
const inserts = /insert into notice(?!_)\b/

async function filesOf(folder: string): Promise<string[]> {
  const names = await readdir(join(root, folder), { recursive: true })
  return names.filter((name) => /\.(ts|tsx|sql)$/.test(name)).map((name) => join(folder, name))
}

test('notices are written by decideNotice alone, and in tests with the id that they have', async () => {
  const files = (await Promise.all([...folders, 'workers'].map(filesOf))).flat()
  const texts = await Promise.all(
    files.map(async (file) => [file, await readFile(join(root, file), 'utf8')] as const),
  )
  const writing = texts.filter(
    ([file, text]) => inserts.test(text) && !file.includes('notice-inserts'),
  )
  expect(writing.map(([file]) => file).filter((file) => !file.startsWith('test/'))).toEqual([
    'db/queries/notices.ts',
  ])
  expect(writing.filter(([, text]) => !text.includes('noticeIdOf(')).map(([file]) => file)).toEqual(
    [],
  )
})
