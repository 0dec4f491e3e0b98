import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { build } from 'esbuild'
import type { Asset } from './assets.ts'
import { forBrowsers } from './bundle.ts'

/** What runs in a browser and is written in TypeScript: served name → file in `client/`. */
const entries = { scan: 'scan.ts' } as const

/** The reader of codes as WebAssembly, from the package and not from somebody's server. */
const wasmName = 'zxing_reader.wasm'

/** The licences of what is bundled ask to be named in every copy. */
const banner =
  '/*! barcode-detector and zxing-wasm: MIT, Ze-Zheng Wu; ZXing-C++: Apache-2.0. See THIRD-PARTY-NOTICES. */'

const js = 'text/javascript; charset=utf-8'

let made: Promise<Map<string, Asset>> | undefined

/** One of the files above; undefined for any other name. Built at the first look, once per process. */
export async function clientAsset(name: string): Promise<Asset | undefined> {
  if (name !== wasmName && !(name.replace(/\.js$/, '') in entries)) return undefined
  made ??= make().catch((error) => {
    made = undefined
    throw error
  })
  return (await made).get(name)
}

async function make(): Promise<Map<string, Asset>> {
  const client = join(import.meta.dirname, 'client')
  const [built, wasm] = await Promise.all([
    build({
      entryPoints: Object.fromEntries(
        Object.entries(entries).map(([name, file]) => [name, join(client, file)]),
      ),
      outdir: client,
      ...forBrowsers,
      format: 'esm',
      banner: { js: banner },
    }),
    readFile(createRequire(import.meta.url).resolve(`zxing-wasm/reader/${wasmName}`)),
  ])
  const scripts = built.outputFiles.map(({ path, text }): [string, Asset] => [
    path.slice(client.length + 1),
    { type: js, body: text },
  ])
  return new Map([...scripts, [wasmName, { type: 'application/wasm', body: new Uint8Array(wasm) }]])
}
