/** `told.jsonl`: what the system had acknowledged, and when; a cut last line was never told. */
import { readFile } from 'node:fs/promises'
import { z } from 'zod'

const instant = z.iso.datetime({ offset: true })

const toldLine = z.object({
  factId: z.string(),
  kind: z.string(),
  /** Empty for what concerns no single person. */
  personId: z.string(),
  /** The part of the person's truth that was told: `doses/0`, `residences/1`, `death` … */
  ref: z.string(),
  /** Told from then on; the day written down lies between this and the answer. */
  dueAt: instant.optional(),
  campaignAt: instant,
  wallAt: instant,
  verdict: z.string().optional(),
  refused: z.string().optional(),
})
export type ToldLine = z.infer<typeof toldLine>

export const toldFileName = 'told.jsonl'

export async function readTold(path: string): Promise<ToldLine[]> {
  const text = await readFile(path, 'utf8')
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => toldLine.parse(JSON.parse(line)))
}
