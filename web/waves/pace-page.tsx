/** How fast waves open, for the system's operator: a setting of all towns, beside what waits. */
import { z } from 'zod'
import type { WavePace } from '../../db/queries/wave-opening.ts'
import { Section } from '../components/basics.tsx'
import { Language } from '../components/form-parts.tsx'
import { Said } from '../components/said.tsx'
import { numberWords } from '../format.ts'
import { Layout } from '../layout.tsx'
import { href, type Page } from '../page.ts'

/** As the API's `PUT /wave-pace` takes them. */
export const paceLimits = {
  coursesPerSecond: 1_000,
  waitingNewsAtMost: 1_000_000,
  oldestNewsSecondsAtMost: 86_400,
} as const satisfies WavePace

const from1To = (most: number) => z.coerce.number().int().min(1).max(most)

export const paceForm = z.object({
  coursesPerSecond: from1To(paceLimits.coursesPerSecond),
  waitingNewsAtMost: from1To(paceLimits.waitingNewsAtMost),
  oldestNewsSecondsAtMost: from1To(paceLimits.oldestNewsSecondsAtMost),
})

type Shown = {
  pace: WavePace
  health: { waiting: number; oldestSeconds: number }
  isLagging: boolean
  said: string | undefined
}

export function pacePage(page: Page, { pace, health, isLagging, said }: Shown) {
  const { waves } = page.words
  const names = Object.keys(paceLimits) as (keyof WavePace)[]
  return (
    <Layout page={page} title={waves.paceTitle}>
      <link rel="stylesheet" href="/assets/waves.css" />
      <Said page={page} words={waves.said} said={said} />
      <p class="lead">{waves.paceLead}</p>
      <Section id="news" title={waves.newsTitle}>
        <p>
          {waves.newsNow(numberWords(health.waiting), numberWords(Math.ceil(health.oldestSeconds)))}
        </p>
        {isLagging && <p class="warning">▲ {waves.waitsForNews}</p>}
      </Section>
      <Section id="pace" title={waves.paceForm}>
        <form class="stacked" method="post" action={href(page, '/wave-pace')}>
          <Language page={page} />
          {names.map((name) => (
            <div>
              <label for={name}>{waves.paceFields[name]}</label>
              <input
                id={name}
                name={name}
                type="number"
                required
                min={1}
                max={paceLimits[name]}
                value={String(pace[name])}
              />
            </div>
          ))}
          <button type="submit">{waves.keepPace}</button>
        </form>
      </Section>
    </Layout>
  )
}
