/** A software token of a test's own, where Debian's package softhsm2 is installed. */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Pkcs11Options } from '../../keyd/pkcs11-store.ts'

const MODULES = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib64/softhsm/libsofthsm2.so',
  '/usr/lib/pkcs11/libsofthsm2.so',
  '/opt/homebrew/lib/softhsm/libsofthsm2.so',
]

const module = MODULES.find((path) => existsSync(path))

/** Without it, tests of the token are skipped: they never pass unseen. */
export const hasSoftHsm =
  module !== undefined && spawnSync('softhsm2-util', ['--version']).status === 0

export type SoftHsm = Pkcs11Options & {
  /** Another token in the same place, without our keys. */
  stranger: Pkcs11Options
  remove(): void
}

/** The library reads its configuration and its tokens when it is first used: once per test file. */
export function softHsm(): SoftHsm {
  const folder = mkdtempSync(join(tmpdir(), 'sesshu-softhsm-'))
  mkdirSync(join(folder, 'tokens'))
  const config = join(folder, 'softhsm2.conf')
  writeFileSync(
    config,
    `directories.tokendir = ${join(folder, 'tokens')}\nobjectstore.backend = file\nlog.level = ERROR\n`,
  )
  process.env.SOFTHSM2_CONF = config
  const options = { module: module as string, token: 'sesshu', pin: '123456' }
  const stranger = { ...options, token: 'stranger', pin: '999999' }
  for (const { token, pin } of [options, stranger]) addToken(token, pin)
  return {
    ...options,
    stranger,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

function addToken(label: string, pin: string): void {
  const args = ['--init-token', '--free', '--label', label, '--pin', pin, '--so-pin', '87654321']
  execFileSync('softhsm2-util', args, { stdio: 'ignore' })
}
