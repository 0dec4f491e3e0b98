import { maySee } from '../../auth/caller.ts'
import { currentActor } from '../../config/actor.ts'
import { courseWords } from '../../domain/course-words.ts'
import { AsOf, Live, Section, StageTag, Tag } from '../components/basics.tsx'
import { Timeline } from '../components/timeline.tsx'
import { wallNow } from '../deps.ts'
import { dayWords } from '../format.ts'
import { Layout } from '../layout.tsx'
import { asOfWords, href, type Page, runHref } from '../page.ts'
import { findHome, type Outline, readOutline, readStory } from './story.ts'

/** Undefined when there is no such course, and for one of a town that is not the reader's. */
export async function coursePage(page: Page, courseId: string, query: { said?: string } = {}) {
  const readAtMs = wallNow()
  const home = await findHome(page, courseId)
  if (!home || !maySee(home.municipalityCode)) return undefined
  // An operator sees what a course waits for, as in the Temporal UI, and nothing of the person.
  const isOperator = currentActor().role === 'operator'
  const story = isOperator ? undefined : await readStory(page, home, courseId)
  const outline = isOperator ? await readOutline(page, home, courseId) : story
  if (!outline) return undefined
  const { words, lang } = page
  const told = courseWords(outline.facts, lang)
  const run = runHref(page, courseId)
  return (
    <Layout page={page} title={words.course.title(courseId.slice(0, 8))} isLive>
      <Done page={page} said={query.said} />
      <p class="note">
        <code>{courseId}</code>
      </p>
      <Live id="state">
        <Section id="now" title={words.course.stateTitle}>
          <AsOf when={asOfWords(page, readAtMs)} />
          <p>
            <StageTag page={page} stage={outline.facts.stage} />
          </p>
          <p class="state">{told.state}</p>
          <p>{told.next}</p>
          <p class="note">{words.course.sameWords}</p>
        </Section>
      </Live>
      {run && (
        <p>
          <a href={run}>{words.course.toTemporal}</a>
        </p>
      )}
      <div class="columns">
        {story && (
          <Live id="timeline">
            <Section id="so-far" title={words.course.timelineTitle}>
              <Timeline page={page} story={story} details={told.details} />
            </Section>
          </Live>
        )}
        <Live id="facts">
          <Facts page={page} story={outline} />
        </Live>
      </div>
    </Layout>
  )
}

/** After a dose was changed by a form. */
function Done({ page, said }: { page: Page; said: string | undefined }) {
  const { done } = page.words.doseChanges
  if (!said || !Object.hasOwn(done, said)) return null
  return (
    <p class="notice-bar" role="status">
      {done[said as keyof typeof done]}
    </p>
  )
}

function Facts({ page, story }: { page: Page; story: Outline }) {
  const { words, lang } = page
  const { head, news } = story
  return (
    <Section id="in-short" title={words.course.factsTitle}>
      <dl class="facts">
        <dt>{words.course.home}</dt>
        <dd>
          <a href={href(page, `/towns/${head.municipalityCode}`)} lang="ja">
            {head.municipalityName ?? ''} {head.municipalityCode}
          </a>
        </dd>
        <dt>{words.course.openedBecause}</dt>
        <dd>{words.course.opened[head.openedBecause]}</dd>
        {head.earliestOn && head.dueOn && (
          <>
            <dt>{words.course.window}</dt>
            <dd>
              {words.course.windowOf(dayWords(head.earliestOn, lang), dayWords(head.dueOn, lang))}
            </dd>
          </>
        )}
        {head.overdueOn && (
          <>
            <dt>{words.course.overdueOn}</dt>
            <dd>{dayWords(head.overdueOn, lang)}</dd>
          </>
        )}
        {head.graceDays !== null && (
          <>
            <dt>{words.course.grace}</dt>
            <dd>{words.days(String(head.graceDays))}</dd>
          </>
        )}
        <dt>{words.course.newsTitle}</dt>
        <dd>
          <News page={page} news={news} />
        </dd>
      </dl>
    </Section>
  )
}

function News({ page, news }: { page: Page; news: Outline['news'] }) {
  const { course } = page.words
  if (!news) return <Tag tone="good">{course.newsNone}</Tag>
  if (!news.isSetAside) return <Tag tone="busy">{course.newsWaiting(news.version)}</Tag>
  return (
    <>
      <Tag tone="attention">{course.newsSetAside(news.version)}</Tag>{' '}
      {news.error && <code lang="en">{news.error}</code>}
    </>
  )
}
