import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)
const timeoutMs = 20_000

/** The version a program tells of itself; undefined if it is not there, breaks or says nothing. */
export async function readVersion(
  program: string,
  args: string[],
  pattern: RegExp,
  options: { env?: NodeJS.ProcessEnv; cwd?: string } = {},
): Promise<string | undefined> {
  try {
    const { stdout } = await run(program, args, { ...options, timeout: timeoutMs })
    return pattern.exec(stdout)?.[1]
  } catch {
    return undefined
  }
}

/** Compares dotted numbers part by part: 1.32.0 is at least 1.32, and more than 1.9.9. */
export function isAtLeast(version: string, oldest: string): boolean {
  const parts = version.split('.').map(Number)
  const needed = oldest.split('.').map(Number)
  for (const [index, need] of needed.entries()) {
    const has = parts[index] ?? 0
    if (has !== need) return has > need
  }
  return true
}
