/** Resident memory of processes over time, from the kernel's own figures. Linux alone. */
import { readFileSync } from 'node:fs'

const everyMs = 1_000

export type MemoryTrace = {
  /** MB: the median of the first fifth, of the last fifth, and the most. */
  stop(): { beginMb: number; endMb: number; mostMb: number } | undefined
}

export function traceMemory(pid: number): MemoryTrace {
  const samples: number[] = []
  const timer = setInterval(() => {
    const kb = residentKb(pid)
    if (kb !== undefined) samples.push(kb)
  }, everyMs)
  return {
    stop() {
      clearInterval(timer)
      if (samples.length === 0) return undefined
      const fifth = Math.max(1, Math.floor(samples.length / 5))
      return {
        beginMb: mbOf(median(samples.slice(0, fifth))),
        endMb: mbOf(median(samples.slice(-fifth))),
        mostMb: mbOf(Math.max(...samples)),
      }
    },
  }
}

function residentKb(pid: number): number | undefined {
  try {
    const found = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
    return found ? Number(found[1]) : undefined
  } catch {
    return undefined
  }
}

const mbOf = (kb: number) => Math.round(kb / 1_024)

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
}
