import type { Child } from 'hono/jsx'
import { mayActFor } from '../../auth/caller.ts'
import { withoutVenue } from '../../db/queries/dose-changes/read.ts'
import type { PlainDate } from '../../domain/course.ts'
import { findingText } from '../../i18n/findings.ts'
import { dayWords } from '../format.ts'
import { href, type Page } from '../page.ts'
import type { Story } from '../pages/story.ts'
import { NoticeTag, Tag } from './basics.tsx'
import { DoseChanges } from './dose-changes.tsx'

type Entry = { on: PlainDate; title: Child; notes: Child }

/** What happened, by the day it became known; then what the plan holds, dashed. */
export function Timeline({ page, story, details }: { page: Page; story: Story; details: string }) {
  const past = [
    ...doseEntries(page, story),
    ...changeEntries(page, story),
    ...screeningEntries(page, story),
    ...eventEntries(page, story),
    ...noticeEntries(page, story),
    ...taskEntries(page, story),
  ].sort((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0))
  const { future: planned } = page.words.course
  return (
    <ol class="timeline">
      {past.map(({ on, title, notes }) => (
        <li>
          <time datetime={on}>{dayWords(on, page.lang)}</time>
          <p>
            <strong>{title}</strong>
          </p>
          {notes}
        </li>
      ))}
      {plannedLines(details, story.facts.steps.length).map((line) => (
        <li class="future">
          <p>
            <Tag tone="plain">{planned}</Tag> {line}
          </p>
        </li>
      ))}
    </ol>
  )
}

/** The words of the Temporal UI, taken as they are: the first lines of its list are the steps. */
function plannedLines(details: string, steps: number): string[] {
  const listed = details.split('\n').filter((line) => line.startsWith('- '))
  return listed.slice(0, steps).map((line) => line.slice(2))
}

function doseEntries(page: Page, { doses, hidesPlaces, head }: Story): Entry[] {
  const { lang } = page
  const { course, doseChanges } = page.words
  return doses.map((dose) => ({
    on: dose.here?.recordedOn ?? dose.givenOn,
    title: course.given(dose.claimedDoseNumber),
    notes: (
      <>
        {dose.here && dose.here.recordedOn !== dose.givenOn && (
          <p>{course.givenEarlier(dayWords(dose.givenOn, lang))}</p>
        )}
        <p>
          {course.product}: {lang === 'ja' ? dose.productJa : dose.productEn} / {course.lot}:{' '}
          <code>{dose.lotNumber}</code>
          {hidesPlaces ? (
            <> / {course.placesHidden}</>
          ) : dose.here ? (
            <>
              {' '}
              / {course.venueCode}: <code>{dose.here.venueCode}</code> / {course.issuer}:{' '}
              <code>{dose.here.issuerCode}</code>
            </>
          ) : (
            <> / {course.recordedElsewhere}</>
          )}
        </p>
        {dose.isVoided && <Tag tone="stopped">{course.voided}</Tag>}
        {dose.isConfirmed && <Tag tone="good">{doseChanges.confirmed}</Tag>}
        {dose.findings.map((code) => (
          <p>
            <Tag tone="attention">{findingText(code, lang).message}</Tag>
          </p>
        ))}
        {!dose.isVoided && mayActFor(head.municipalityCode) && (
          <p>
            <a class="button" href={href(page, `/courses/${head.id}/doses/${dose.id}`)}>
              {doseChanges.open}
            </a>
          </p>
        )}
      </>
    ),
  }))
}

function changeEntries(page: Page, { changes, hidesPlaces }: Story): Entry[] {
  return changes.map((change) => ({
    on: change.on,
    title: page.words.doseChanges.kinds[change.kind],
    notes: <DoseChanges page={page} change={hidesPlaces ? withoutVenue(change) : change} />,
  }))
}

function screeningEntries({ words }: Page, { screenings, hidesPlaces }: Story): Entry[] {
  return screenings.map(({ screenedOn, venueCode }) => ({
    on: screenedOn,
    title: words.course.screened,
    notes: (
      <p>
        {hidesPlaces ? (
          words.course.placesHidden
        ) : (
          <>
            {words.course.venueCode}: <code>{venueCode}</code>
          </>
        )}
      </p>
    ),
  }))
}

function eventEntries(page: Page, { events, hidesPlaces }: Story): Entry[] {
  const { words, lang } = page
  return events.map((event) => ({
    on: event.recordedOn,
    title: words.eventKinds[event.kind] ?? event.kind,
    notes: (
      <p>
        {words.course.effectiveOn(dayWords(event.effectiveOn, lang))} /{' '}
        <Town page={page} code={event.municipalityCode} isHidden={hidesPlaces} />
      </p>
    ),
  }))
}

function noticeEntries(page: Page, { notices, hidesPlaces }: Story): Entry[] {
  const { words, lang } = page
  return notices.map((notice) => ({
    on: notice.leftOn ?? notice.queuedOn ?? notice.dueOn,
    title: words.noticeName(words.noticeKinds[notice.kind], notice.round),
    notes: (
      <p>
        <NoticeTag page={page} state={notice.state} />{' '}
        {notice.channel ? words.channels[notice.channel] : ''}{' '}
        {words.course.dueOn(dayWords(notice.dueOn, lang))} /{' '}
        <Town page={page} code={notice.municipalityCode} isHidden={hidesPlaces} />
        {notice.reason && (
          <>
            <br />
            {words.town.reason}: {words.reasons[notice.reason] ?? notice.reason}
          </>
        )}
      </p>
    ),
  }))
}

function taskEntries(page: Page, { tasks, hidesPlaces }: Story): Entry[] {
  const { words } = page
  return tasks.map((task) => ({
    on: task.openedOn,
    title: words.course.taskOpened(words.taskKinds[task.kind] ?? task.kind),
    notes: (
      <p>
        <Tag tone={task.isDone ? 'good' : 'attention'}>
          {task.isDone ? words.course.done : words.course.open}
        </Tag>{' '}
        <Town page={page} code={task.municipalityCode} isHidden={hidesPlaces} />
      </p>
    ),
  }))
}

/** Of a protected person no town is named, the own one neither: the others could be told from it. */
function Town({ page, code, isHidden }: { page: Page; code: string; isHidden: boolean }) {
  const { course } = page.words
  if (isHidden) return <>{course.placesHidden}</>
  return (
    <>
      {course.town}: <code>{code}</code>
    </>
  )
}
