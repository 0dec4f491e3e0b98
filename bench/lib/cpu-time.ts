/** Processor time of processes, which other work on the machine distorts less than rates. Linux alone. */
import { readdirSync, readFileSync } from 'node:fs'

/** Of the kernel's clock in /proc, on every Linux that Node runs on. */
const msPerTick = 10
const fields = { parent: 1, user: 11, system: 12 }

function statOf(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}

/** User and system time together, in ms; undefined where there is no /proc. */
export function cpuMsOf(pids: number[]): number | undefined {
  if (process.platform !== 'linux') return undefined
  return pids.reduce((sum, pid) => {
    const stat = statOf(pid)
    const ticks = stat ? Number(stat[fields.user]) + Number(stat[fields.system]) : 0
    return sum + ticks * msPerTick
  }, 0)
}

/** A process and its children: PostgreSQL with all its backends. */
export function familyOf(pid: number): number[] {
  if (process.platform !== 'linux') return [pid]
  const children = readdirSync('/proc')
    .map(Number)
    .filter((one) => one > 0 && Number(statOf(one)?.[fields.parent]) === pid)
  return [pid, ...children]
}
