// T17: what may come in from outside is named in package.json, and what is named there is used.
import { readdir, readFile } from 'node:fs/promises'
import { builtinModules } from 'node:module'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const { dependencies, devDependencies, optionalDependencies } = JSON.parse(
  await readFile(join(root, 'package.json'), 'utf8'),
)
const ofTests = /^(test|bench|vitest\.config)/

/** Used as programs or by the path of a file in them. */
const unimported = [
  ...['@biomejs/biome', 'typescript', 'tsx'],
  ...['@digital-go-jp/design-tokens', '@expo-google-fonts/noto-sans-jp'],
  ...['zxing-wasm', 'axe-core'],
  // Chosen in the design and not in use yet.
  ...['autocannon', '@temporalio/testing'],
]
/** Of the install-script table: what other packages bring, tried without its script. */
const triedByTests = ['esbuild', '@swc/core', 'protobufjs']

/** Package → where it is imported. */
async function imports(): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>()
  for (const path of await readdir(root, { recursive: true })) {
    if (!/\.(m?[jt]sx?|cjs)$/.test(path) || /(^|\/)(node_modules|\..*)\//.test(path)) continue
    const text = await readFile(join(root, path), 'utf8')
    for (const [, name] of text.matchAll(
      /^(?:import|export|\} from|.*\b(?:import|require)\()\s*(?:[^'"\n]*\sfrom\s)?['"]([^'".\n$][^'"\n]*)['"]/gm,
    )) {
      const parts = name!.split('/')
      const bare = name!.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0]!
      if (bare.startsWith('node:') || builtinModules.includes(bare)) continue
      found.set(bare, [...(found.get(bare) ?? []), path])
    }
  }
  return found
}

test('T17: nothing is imported that package.json does not name, and tests’ packages by tests alone', async () => {
  const strangers: string[] = []
  for (const [name, paths] of await imports()) {
    if (name in dependencies || name in optionalDependencies) continue
    const isOfTests = name in devDependencies || triedByTests.includes(name)
    const outside = isOfTests ? paths.filter((path) => !ofTests.test(path)) : paths
    strangers.push(...outside.map((path) => `${path}: ${name}`))
  }
  expect(strangers).toEqual([])
})

test('T17: nothing is named that nobody uses', async () => {
  const used = await imports()
  const named = Object.keys({ ...dependencies, ...devDependencies })
  const idle = named.filter(
    (name) => !used.has(name) && !name.startsWith('@types/') && !unimported.includes(name),
  )
  expect(idle).toEqual([])
})
