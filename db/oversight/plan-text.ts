/** The plan's texts and the tests of its promises, as they lie in `data/`. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import { type Control, joinControls, type Lang } from '../../domain/control.ts'
import { type PlanDocument, readPlan } from '../../domain/plan-document.ts'

const data = new URL('../../data/', import.meta.url)
const plans = new URL('plan/', data)

export type PlanText = {
  version: number
  texts: Record<Lang, string>
  sha256: Record<Lang, Uint8Array>
  documents: Record<Lang, PlanDocument>
}

const known = new Map<number, PlanText | undefined>()

/** Undefined when there is no such version. Read once. */
export function planText(version: number): PlanText | undefined {
  if (!known.has(version)) known.set(version, read(version))
  return known.get(version)
}

/** Every version that lies there, oldest first. */
export function planVersions(): number[] {
  return readdirSync(plans)
    .filter((name) => /^[1-9]\d*$/.test(name))
    .map(Number)
    .sort((a, b) => a - b)
}

export function newestPlan(): PlanText {
  return planText(planVersions().at(-1)!)!
}

function read(version: number): PlanText | undefined {
  if (!planVersions().includes(version)) return undefined
  const textOf = (lang: Lang) => readFileSync(new URL(`${version}/${lang}.md`, plans), 'utf8')
  const texts = { ja: textOf('ja'), en: textOf('en') }
  const hashOf = (text: string) => createHash('sha256').update(text, 'utf8').digest()
  return {
    version,
    texts,
    sha256: { ja: hashOf(texts.ja), en: hashOf(texts.en) },
    documents: { ja: readPlan(texts.ja), en: readPlan(texts.en) },
  }
}

const testsSchema = z.array(
  z.strictObject({
    id: z.string().regex(/^[A-Z]\d{1,2}$/),
    tests: z
      .array(z.strictObject({ file: z.string().regex(/^test\/.+\.test\.tsx?$/), name: z.string() }))
      .min(1),
    isDrill: z.literal(true).optional(),
  }),
)

let controls: Control[] | undefined

/** The promises of the newest plan with their tests. Read once. */
export function planControls(): Control[] {
  controls ??= joinControls(
    testsSchema.parse(JSON.parse(readFileSync(new URL('controls.json', data), 'utf8'))) as never,
    newestPlan().documents,
  )
  return controls
}
