/** One wave: whom it calls up, who has said yes, how far it is, and what may be done about it now. */
import type { Child } from 'hono/jsx'
import type { WavePace } from '../../db/queries/wave-opening.ts'
import type { WaveRow } from '../../db/queries/wave-plans.ts'
import { Figure, Live, Section, Tag } from '../components/basics.tsx'
import { Language } from '../components/form-parts.tsx'
import { Said } from '../components/said.tsx'
import { momentWords, numberWords } from '../format.ts'
import { Layout } from '../layout.tsx'
import { href, type Page } from '../page.ts'
import { countWords, criteriaWords, shareOf, waveTones } from './words.ts'

type Shown = {
  wave: WaveRow
  names: Map<string, string>
  readerId: string
  pace: WavePace
  /** Whether it waits for Temporal to catch up. */
  isLagging: boolean
  said: string | undefined
}
type Part = { page: Page; shown: Shown }

export function wavePage(page: Page, shown: Shown) {
  const { wave, said } = shown
  const { waves } = page.words
  const isOver = wave.state === 'complete' || wave.state === 'withdrawn'
  const hasBegun = wave.releasedAt !== null || wave.openedOn !== null
  return (
    <Layout page={page} title={waves.oneTitle} isLive={wave.state === 'opening'}>
      <link rel="stylesheet" href="/assets/waves.css" />
      <Said page={page} words={page.words.waves.said} said={said} />
      <p class="lead">{criteriaWords(page, wave)}</p>
      {hasBegun && <Progress page={page} shown={shown} />}
      {!hasBegun && wave.count && <Count page={page} shown={shown} />}
      {wave.state === 'made' && <Release page={page} shown={shown} />}
      {!isOver && <Holds page={page} wave={wave} />}
      <History page={page} shown={shown} />
      <p>
        <a href={href(page, '/waves')}>{waves.back}</a>
      </p>
    </Layout>
  )
}

function Count({ page, shown: { wave } }: Part) {
  const { waves } = page.words
  const { atLeast, atMost, already } = wave.count!
  const perhaps = atMost - atLeast
  return (
    <Section id="count" title={waves.countTitle}>
      <dl class="figures">
        <Figure label={waves.wouldOpen} value={countWords(page, wave.count!)} />
        <Figure label={waves.already} value={waves.count(numberWords(already))} />
      </dl>
      <p class="note">
        {wave.countedAt && waves.countedAt(momentWords(wave.countedAt.getTime(), page.lang))}{' '}
        {waves.nobodyLookedAt} {perhaps > 0 && waves.perhaps(numberWords(perhaps))}
      </p>
      {wave.state === 'made' && (
        <Press page={page} wave={wave} what="count">
          {waves.recount}
        </Press>
      )}
    </Section>
  )
}

/** One press, by somebody who did not make it. */
function Release({ page, shown: { wave, readerId } }: Part) {
  const { waves } = page.words
  const count = wave.count!
  const people = countWords(page, count)
  return (
    <Section id="release" title={waves.releaseTitle}>
      {wave.madeBy === null ? (
        <>
          <p>{waves.takeLead}</p>
          <Press page={page} wave={wave} what="take">
            {waves.take}
          </Press>
        </>
      ) : wave.madeBy === readerId ? (
        <p>
          <Tag tone="attention">{waves.waitsForOther}</Tag>
        </p>
      ) : (
        <>
          <p>{waves.releaseLead(people)}</p>
          <Press
            page={page}
            wave={wave}
            what="release"
            fields={{ atLeast: String(count.atLeast), atMost: String(count.atMost) }}
          >
            {waves.release(people)}
          </Press>
        </>
      )}
    </Section>
  )
}

function Progress({ page, shown: { wave, pace, isLagging } }: Part) {
  const { waves } = page.words
  const { done, of } = shareOf(wave)
  const minutes = Math.ceil((of - done) / pace.coursesPerSecond / 60)
  return (
    <Live id="progress">
      <Section id="progress-title" title={waves.progressTitle}>
        <p>
          <Tag tone={waveTones[wave.state]}>{waves.states[wave.state]}</Tag>
        </p>
        <progress class="wave" value={done} max={Math.max(of, 1)} aria-labelledby="opened" />
        <p id="opened">{waves.opened(numberWords(done), waves.count(numberWords(of)))}</p>
        {wave.state === 'opening' && (
          <p class="note">
            {isLagging
              ? waves.waitsForNews
              : minutes > 1
                ? waves.timeLeft(numberWords(minutes))
                : waves.timeLeftShort}{' '}
            {waves.pace(numberWords(pace.coursesPerSecond))}
          </p>
        )}
      </Section>
    </Live>
  )
}

function Holds({ page, wave }: { page: Page; wave: WaveRow }) {
  const { waves } = page.words
  return (
    <div class="wave-holds">
      {wave.state === 'opening' && (
        <Press page={page} wave={wave} what="pause">
          {waves.pause}
        </Press>
      )}
      {wave.state === 'paused' && (
        <Press page={page} wave={wave} what="resume">
          {waves.resume}
        </Press>
      )}
      <details>
        <summary>{waves.withdraw}</summary>
        <p>{waves.withdrawLead}</p>
        <Press page={page} wave={wave} what="withdraw">
          {waves.withdraw}
        </Press>
      </details>
    </div>
  )
}

function History({ page, shown: { wave, names } }: Part) {
  const { waves } = page.words
  const lines: [string, string | null, Date | null][] = [
    [waves.madeBy, wave.madeBy, wave.madeAt],
    [waves.releasedBy, wave.releasedBy, wave.releasedAt],
    [waves.pausedBy, wave.pausedBy, wave.pausedAt],
    [waves.withdrawnBy, wave.withdrawnBy, wave.withdrawnAt],
    [waves.completed, null, wave.completedAt],
  ]
  const nameOf = (label: string, id: string | null) => {
    if (id) return names.get(id) ?? '–'
    return label === waves.madeBy ? waves.byProgram : ''
  }
  return (
    <Section id="history" title={waves.historyTitle}>
      <dl class="wave-history">
        {lines.map(
          ([label, id, at]) =>
            at && (
              <div>
                <dt>{label}</dt>
                <dd>
                  {nameOf(label, id)} {momentWords(at.getTime(), page.lang)}
                </dd>
              </div>
            ),
        )}
      </dl>
    </Section>
  )
}

type PressProps = {
  page: Page
  wave: WaveRow
  what: string
  fields?: Record<string, string>
  children: Child
}

function Press({ page, wave, what, fields = {}, children }: PressProps) {
  return (
    <form method="post" action={href(page, `/waves/${wave.waveId}/${what}`)}>
      <Language page={page} />
      {Object.entries(fields).map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      <button type="submit">{children}</button>
    </form>
  )
}
