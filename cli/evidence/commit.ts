import { execFileSync } from 'node:child_process'

const root = new URL('../../', import.meta.url)

/** The commit of this checkout; undefined where there is none, as in an image. */
export function commitHere(): string | undefined {
  try {
    const said = execFileSync('git', ['rev-parse', 'HEAD'], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return said.trim() || undefined
  } catch {
    return undefined
  }
}
