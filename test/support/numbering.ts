/**
 * Counts from 1 by name, for people and sheets that are made up. Files of one worker share what they load, so
 * each begins anew (`begin-file.ts`): whom a file makes up is the same whatever ran before it.
 */
const last = new Map<string, number>()

export function nextOf(name: string): number {
  const next = (last.get(name) ?? 0) + 1
  last.set(name, next)
  return next
}

export function beginNumbering(): void {
  last.clear()
}
