import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/**
 * Tells one process from a later one with the same pid: when it was started, and since which boot.
 * `undefined` when no such process lives; one that has ended but was not reaped counts as gone.
 */
export function processIdentity(pid: number): string | undefined {
  const boot = readOrNothing('/proc/sys/kernel/random/boot_id')
  if (boot === undefined) return identityByPs(pid)
  const stat = readOrNothing(`/proc/${pid}/stat`)
  if (stat === undefined) return undefined
  // The command name may hold spaces and brackets; fields are counted after its last bracket.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state, startedAtTicks] = [fields[0], fields[19]]
  if (state === 'Z' || state === 'X') return undefined
  return `${boot.trim()}/${startedAtTicks}`
}

export function isSameProcess(pid: number, identity: string): boolean {
  return processIdentity(pid) === identity
}

function identityByPs(pid: number): string | undefined {
  const answer = spawnSync('ps', ['-o', 'lstart=,stat=', '-p', String(pid)], { encoding: 'utf8' })
  const text = (answer.stdout ?? '').trim()
  if (answer.status !== 0 || text === '') return undefined
  const [, started, state] = /^(.*\S)\s+(\S+)$/.exec(text) ?? []
  return state?.startsWith('Z') ? undefined : started
}

function readOrNothing(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
