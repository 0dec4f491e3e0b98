import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

export type Asset = { type: string; body: string | Uint8Array<ArrayBuffer> }

const css = 'text/css; charset=utf-8'
const js = 'text/javascript; charset=utf-8'
const svg = 'image/svg+xml'

/** The only files that are served, by name; read once. */
export function loadAssets(): Map<string, Asset> {
  const ours = (name: string) => readFileSync(join(import.meta.dirname, 'assets', name), 'utf8')
  const main = createRequire(import.meta.url).resolve('@digital-go-jp/design-tokens')
  const tokens = readFileSync(join(main, '..', 'tokens.css'), 'utf8')
  return new Map([
    ['tokens.css', { type: css, body: tokens }],
    ['style.css', { type: css, body: ours('style.css') }],
    ['scan-icon.svg', { type: svg, body: ours('scan-icon.svg') }],
    ['offline.css', { type: css, body: ours('offline.css') }],
    ['scan.css', { type: css, body: ours('scan.css') }],
    ['unattached.css', { type: css, body: ours('unattached.css') }],
    ['unattached.js', { type: js, body: ours('unattached.js') }],
    ['links.css', { type: css, body: ours('links.css') }],
    ['my.css', { type: css, body: ours('my.css') }],
    ['my.js', { type: js, body: ours('my.js') }],
    ['desk.css', { type: css, body: ours('desk.css') }],
    ['imports.css', { type: css, body: ours('imports.css') }],
    ['imports.js', { type: js, body: ours('imports.js') }],
    ['office.css', { type: css, body: ours('office.css') }],
    ['letters.css', { type: css, body: ours('letters.css') }],
    ['batches.css', { type: css, body: ours('batches.css') }],
    ['paper.css', { type: css, body: ours('paper.css') }],
    ['waves.css', { type: css, body: ours('waves.css') }],
    ['monitor.css', { type: css, body: ours('monitor.css') }],
    ['ladder.css', { type: css, body: ours('ladder.css') }],
    ['returned.css', { type: css, body: ours('returned.css') }],
    ['live.js', { type: js, body: ours('live.js') }],
    ['passkey.js', { type: js, body: ours('passkey.js') }],
  ])
}
