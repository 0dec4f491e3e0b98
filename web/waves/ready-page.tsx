/** What a town has and what it lacks before vaccinations begin, each with what to do and where. */
import type { Readiness, ReadyItem, ReadyPart, ReadyState } from '../../db/queries/ready.ts'
import { readyWords } from '../../i18n/ready.ts'
import { Tag, type Tone } from '../components/basics.tsx'
import { numberWords } from '../format.ts'
import { Layout, menuOf } from '../layout.tsx'
import { href, type Page } from '../page.ts'

const tones: Record<ReadyState, Tone> = { ready: 'good', gaps: 'attention', missing: 'late' }

/** Where a part is put right; those without one are the operator's, or come by file. */
const pages: Partial<Record<ReadyPart, string>> = {
  plan: '/plan',
  register: '/imports',
  tickets: '/tickets',
  myNumber: '/imports',
  devices: '/devices',
  wave: '/waves',
  release: '/notice-settings',
}

export function readyPage(page: Page, found: Readiness) {
  const { waves } = page.words
  const missing = found.items.filter(({ state }) => state === 'missing').length
  return (
    <Layout page={page} title={waves.readyTown(found.name)}>
      <link rel="stylesheet" href="/assets/waves.css" />
      <p class="lead">{waves.readyLead}</p>
      <p>
        <Tag tone={found.isReady ? 'good' : 'late'}>
          {found.isReady ? waves.isReady : waves.isNotReady(numberWords(missing))}
        </Tag>
      </p>
      <ol class="ready">
        {found.items.map((item) => (
          <Part page={page} item={item} />
        ))}
      </ol>
    </Layout>
  )
}

/** On a phone the cure stands below, not behind a scroll bar. */
function Part({ page, item: { part, state, code, counts } }: { page: Page; item: ReadyItem }) {
  const { waves } = page.words
  const { says, whatToDo } = readyWords(code, counts, page.lang)
  const target = pages[part]
  const mayOpen = target && menuOf(page).some(([path]) => path === target)
  return (
    <li>
      <h2>
        {waves.parts[part]} <Tag tone={tones[state]}>{waves.readyStates[state]}</Tag>
      </h2>
      <p>{says}</p>
      {whatToDo && (
        <p>
          <strong>{waves.whatToDo}</strong> {whatToDo}{' '}
          {mayOpen && (
            <a href={href(page, target)} aria-label={waves.openPageOf(waves.parts[part])}>
              {waves.openPage}
            </a>
          )}
        </p>
      )}
    </li>
  )
}

/** For whoever looks after several towns. */
export function readyTowns(page: Page, towns: { code: string; name: string }[]) {
  const { waves } = page.words
  return (
    <Layout page={page} title={waves.readyTitle}>
      <p class="lead">{waves.chooseTown}</p>
      <ul class="steps">
        {towns.map(({ code, name }) => (
          <li>
            <a href={href(page, `/ready?municipality=${code}`)}>
              <span lang="ja">{name}</span> <code>{code}</code>
            </a>
          </li>
        ))}
      </ul>
    </Layout>
  )
}
