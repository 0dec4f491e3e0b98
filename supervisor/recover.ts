import { endLeftovers } from './pid-file.ts'

/**
 * After a supervisor was killed its processes live on. They are ended, not adopted: only a parent
 * hears at once when a process ends, and every one of them may be restarted without loss.
 */
export async function recover(runDir: string, tell: (line: string) => void): Promise<void> {
  const ended = await endLeftovers(runDir)
  if (ended.length === 0) return
  tell(`An earlier sesshu was killed here; ended what it left running: ${ended.join(', ')}.`)
}
