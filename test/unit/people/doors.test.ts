// Proves that sealing and opening happen in one folder: whoever reads db/people has read all of it.
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, it } from 'vitest'

const root = join(import.meta.dirname, '..', '..', '..')
const folders = [
  'activities',
  'api',
  'cli',
  'config',
  'db',
  'relay',
  'supervisor',
  'web',
  'workers',
]

/** Files that import one of these names from the vault. */
function importers(names: string[]): string[] {
  return folders
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.tsx?$/.test(name))
        .map((name) => join(root, folder, name)),
    )
    .filter((path) => {
      const text = readFileSync(path, 'utf8')
      return [...text.matchAll(/import \{([^}]*)\} from '[^']*vault\/[^']*'/g)].some((found) =>
        found[1]!.split(',').some((name) => names.includes(name.trim())),
      )
    })
    .map((path) => relative(root, path))
}

it('only db/people seals and opens', () => {
  const found = importers(['open', 'seal'])
  expect(found.length).toBeGreaterThan(4)
  expect(found.filter((path) => !path.startsWith('db/people/'))).toEqual([])
})
