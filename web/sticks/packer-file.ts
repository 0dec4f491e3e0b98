/** The packer as one file: script, words and style in the page itself, and nothing that it could fetch. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { scriptOf } from '../bundle.ts'

/** The licences of what is bundled ask to be named in every copy. */
const banner =
  '/*! age-encryption: BSD-3-Clause, Filippo Valsorda; @noble/*, @scure/base: MIT, Paul Miller. See THIRD-PARTY-NOTICES. */'

export type PackerSystem = {
  /** Whom sticks are sealed for. */
  recipient: string
  /** Ed25519, raw, base64: signs receipts. */
  systemKey: string
  municipalityCode: string
}

let made: Promise<{ html: string; script: string }> | undefined

export async function packerFile(system: PackerSystem): Promise<string> {
  made ??= make().catch((error) => {
    made = undefined
    throw error
  })
  const { html, script } = await made
  const digest = createHash('sha256').update(script).digest('base64')
  const data = JSON.stringify(system).replaceAll('<', '\\u003c')
  // Functions, so that a `$` of the script is no pattern.
  return html
    .replace('__SCRIPT_HASH__', () => `sha256-${digest}`)
    .replace('__SYSTEM__', () => data)
    .replace('__SCRIPT__', () => script)
}

async function make(): Promise<{ html: string; script: string }> {
  const folder = join(import.meta.dirname, '..', 'client', 'packer')
  const [script, html] = await Promise.all([
    scriptOf(join(folder, 'packer.ts'), banner),
    readFile(join(folder, 'packer.html'), 'utf8'),
  ])
  return { html, script: script.replaceAll('</script', '<\\/script') }
}
