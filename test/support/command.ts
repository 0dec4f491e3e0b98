import { vi } from 'vitest'
import { main } from '../../cli/main.ts'

export type Outcome = { code: number; stdout: string; stderr: string }

/** Runs one command line in this process, against whatever servers the test has started. */
export async function sesshu(...args: string[]): Promise<Outcome> {
  const said = { stdout: '', stderr: '' }
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      said[stream] += String(text)
      return true
    }),
  )
  try {
    return { code: await main(args), ...said }
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
}
