/** One kind of letter: what is waiting to be checked, as a diff and as a page, and the form that makes it. */
import type { LetterTextRow } from '../../db/queries/letter-texts.ts'
import type { NoticeKind } from '../../domain/course.ts'
import {
  changedParts,
  diffOf,
  type LetterPart,
  type LetterParts,
  letterParts,
  partLimits,
  placeholders,
  type TextFault,
} from '../../domain/letter-text.ts'
import { Section, Tag } from '../components/basics.tsx'
import { Language } from '../components/form-parts.tsx'
import { Said } from '../components/said.tsx'
import { momentWords, numberWords } from '../format.ts'
import { Layout } from '../layout.tsx'
import { href, type Page } from '../page.ts'
import { diffOfWords } from './word-diff.ts'

export type Fault = TextFault | { code: 'doesNotFit' }
export type Typed = { parts: LetterParts; faults: Fault[] }

type Shown = {
  kind: NoticeKind
  current: LetterTextRow | undefined
  draft: LetterTextRow | undefined
  /** Undefined where no sender is set: nothing can be printed. */
  standard: LetterParts | undefined
  names: Map<string, string>
  readerId: string
  said: string | undefined
  typed: Typed | undefined
}
type Part = { page: Page; shown: Shown }

export function letterTextPage(page: Page, shown: Shown) {
  const { letterTexts } = page.words
  const { kind, current, draft, standard, said } = shown
  return (
    <Layout page={page} title={letterTexts.oneTitle(letterTexts.kinds[kind])}>
      <link rel="stylesheet" href="/assets/letters.css" />
      <Said page={page} words={letterTexts.said} said={said} />
      <Faults page={page} shown={shown} />
      {!standard && <p class="error">{letterTexts.noSender}</p>}
      <p>
        {letterTexts.inUse}:{' '}
        {current ? letterTexts.version(numberWords(current.version)) : letterTexts.standard}{' '}
        {standard && (
          <a href={href(page, `/letter-texts/${kind}/preview?version=${current?.version ?? 0}`)}>
            {letterTexts.previewInUse}
          </a>
        )}
      </p>
      {draft && <Draft page={page} shown={shown} draft={draft} />}
      <Section id="edit" title={letterTexts.editTitle}>
        <p>{letterTexts.editLead}</p>
        <p class="note">{letterTexts.always}</p>
        <Form page={page} shown={shown} />
      </Section>
      <p>
        <a href={href(page, '/letter-texts')}>{letterTexts.back}</a>
      </p>
    </Layout>
  )
}

function Faults({ page, shown: { typed } }: Part) {
  const { letterTexts } = page.words
  if (!typed || typed.faults.length === 0) return null
  return (
    <div class="error" role="alert">
      <p>
        <strong>{letterTexts.faultsTitle}</strong>
      </p>
      <ul>
        {typed.faults.map((fault) => (
          <li>
            {'part' in fault ? (
              <>
                <a href={`#${fault.part}`}>{letterTexts.parts[fault.part]}</a>:{' '}
              </>
            ) : null}
            {letterTexts.faults[fault.code]('what' in fault ? (fault.what ?? '') : '')}
          </li>
        ))}
      </ul>
    </div>
  )
}

function Draft({ page, shown, draft }: Part & { draft: LetterTextRow }) {
  const { letterTexts } = page.words
  const { kind, current, names, readerId } = shown
  const before = current?.parts ?? {}
  return (
    <Section id="draft" title={letterTexts.draftTitle}>
      <p>
        <Tag tone="attention">{letterTexts.version(numberWords(draft.version))}</Tag>{' '}
        {letterTexts.made(
          names.get(draft.madeBy) ?? '–',
          momentWords(page.clock.campaignAt(draft.madeAt.getTime()), page.lang),
        )}
      </p>
      <dl class="letter-diff">
        {changedParts(before, draft.parts).map((part) => (
          <Changed page={page} shown={shown} part={part} after={draft.parts} />
        ))}
      </dl>
      <p>
        <a href={href(page, `/letter-texts/${kind}/preview?version=${draft.version}`)}>
          {letterTexts.preview}
        </a>{' '}
        <span class="note">{letterTexts.previewNote}</span>
      </p>
      <div class="letter-presses">
        {draft.madeBy === readerId ? (
          <p>{letterTexts.waitsForOther}</p>
        ) : (
          <div>
            <p>{letterTexts.releaseLead}</p>
            <Press page={page} kind={kind} draft={draft} what="release">
              {letterTexts.release}
            </Press>
          </div>
        )}
        <details>
          <summary>{letterTexts.drop}</summary>
          <p>{letterTexts.dropLead}</p>
          <Press page={page} kind={kind} draft={draft} what="drop">
            {letterTexts.drop}
          </Press>
        </details>
      </div>
    </Section>
  )
}

/** Where one side is the standard sentence, that sentence is compared: it is what readers have read so far. */
function Changed({
  page,
  shown: { current, standard = {} },
  part,
  after,
}: Part & { part: LetterPart; after: LetterParts }) {
  const { letterTexts } = page.words
  // The notes and the hours have no standard: nothing is there before.
  const [old, now] = [
    current?.parts[part] ?? standard[part] ?? '',
    after[part] ?? standard[part] ?? '',
  ]
  return (
    <>
      <dt>
        {letterTexts.diffOf(letterTexts.parts[part])}
        {after[part] === undefined && ` (${letterTexts.toStandard})`}
      </dt>
      <dd lang={langOf(part)}>
        {(part === 'english' ? diffOfWords : diffOf)(old, now).map(({ kind, text }) =>
          kind === 'same' ? (
            text
          ) : kind === 'gone' ? (
            <del title={letterTexts.removed}>{text}</del>
          ) : (
            <ins title={letterTexts.added}>{text}</ins>
          ),
        )}
      </dd>
    </>
  )
}

const langOf = (part: LetterPart) => (part === 'english' ? 'en' : 'ja')

function Form({ page, shown }: Part) {
  const { letterTexts } = page.words
  const { kind, typed, draft, current, standard = {} } = shown
  const filled = typed?.parts ?? draft?.parts ?? current?.parts ?? {}
  return (
    <form class="stacked letter-form" method="post" action={href(page, `/letter-texts/${kind}`)}>
      <Language page={page} />
      <Words page={page} />
      {letterParts.map((part) => {
        const { characters, lines } = partLimits[part]
        const limit =
          lines > 1
            ? letterTexts.limit(numberWords(characters), numberWords(lines))
            : letterTexts.limitOneLine(numberWords(characters))
        return (
          <div>
            <label for={part}>{letterTexts.parts[part]}</label>
            <div class="hint" id={`${part}-hint`}>
              <p>
                {standard[part] ? (
                  <>
                    {letterTexts.standardIs}
                    <span lang={langOf(part)}>{standard[part]}</span>
                  </>
                ) : (
                  letterTexts.standardNothing
                )}
              </p>
              <p>{limit}</p>
            </div>
            <textarea
              id={part}
              name={part}
              rows={lines > 1 ? lines : 2}
              maxlength={2 * characters}
              lang={langOf(part)}
              aria-describedby={`${part}-hint`}
            >
              {filled[part] ?? ''}
            </textarea>
          </div>
        )
      })}
      <button type="submit">{letterTexts.save}</button>
    </form>
  )
}

/** The closed list; English pages show the English names, both are understood. */
function Words({ page }: { page: Page }) {
  const { letterTexts } = page.words
  return (
    <details>
      <summary>{letterTexts.placeholdersTitle}</summary>
      <p>{letterTexts.placeholdersLead}</p>
      <dl class="letter-words">
        {Object.entries(placeholders).map(([name, word]) => (
          <>
            <dt>
              <code>{`{${page.lang === 'en' ? name : word}}`}</code>
            </dt>
            <dd>{letterTexts.placeholders[name as keyof typeof placeholders]}</dd>
          </>
        ))}
      </dl>
    </details>
  )
}

function Press(props: {
  page: Page
  kind: NoticeKind
  draft: LetterTextRow
  what: 'release' | 'drop'
  children: string
}) {
  const { page, kind, draft, what, children } = props
  return (
    <form method="post" action={href(page, `/letter-texts/${kind}/${what}`)}>
      <Language page={page} />
      <input type="hidden" name="version" value={String(draft.version)} />
      <button type="submit">{children}</button>
    </form>
  )
}
