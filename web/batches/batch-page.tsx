/** One evening of a town: what it would send, who let it leave, what came of it. */
import type { BatchRow, BatchSettings } from '../../db/queries/batches/batch.ts'
import type { Differences } from '../../domain/batch.ts'
import { abortReasons, mayAbort } from '../../domain/batch.ts'
import { Section, Tag } from '../components/basics.tsx'
import { Language } from '../components/form-parts.tsx'
import { Said } from '../components/said.tsx'
import { dayWords, momentWords, numberWords } from '../format.ts'
import { Layout } from '../layout.tsx'
import { href, type Page } from '../page.ts'
import { Sheets } from './sheets.tsx'
import { batchPath, batchTones, kindWords, reasonWords, stateWords } from './words.ts'

export type BatchShown = {
  batch: BatchRow
  /** Its name. */
  town: string
  earlier: BatchRow | undefined
  settings: BatchSettings
  /** Login names, by account. */
  names: ReadonlyMap<string, string>
  readerId: string
  /** Somebody of the town, who may release; a printing house may not. */
  isOfTown: boolean
  /** Undefined as long as it has no sheets. */
  differences: Differences | undefined
  today: string
  said: string | undefined
}

export function batchPage(page: Page, shown: BatchShown) {
  const { batches } = page.words
  const { batch, isOfTown } = shown
  return (
    <Layout page={page} title={batches.oneTitle(dayWords(batch.batchOn, page.lang))}>
      <link rel="stylesheet" href="/assets/batches.css" />
      <p>
        <a href={href(page, '/batches')}>{batches.back}</a>
      </p>
      <Said page={page} words={batches.said} said={shown.said} />
      <p>
        <Tag tone={batchTones[batch.state]}>{stateWords(page, batch)}</Tag>{' '}
        <span lang="ja">{shown.town}</span> <code>{batch.municipalityCode}</code>
      </p>
      {batch.abortAskedAt && <Aborted page={page} shown={shown} />}
      <Waiting page={page} shown={shown} />
      <DryRun page={page} batch={batch} />
      {batch.state === 'proposed' && isOfTown && !batch.abortAskedAt && (
        <Release page={page} shown={shown} />
      )}
      {batch.sealedAt && <Result page={page} shown={shown} />}
      {shown.differences && (
        <Sheets page={page} batch={batch} differences={shown.differences} today={shown.today} />
      )}
      {mayAbort(batch.state) && isOfTown && !batch.abortAskedAt && (
        <Abort page={page} batch={batch} />
      )}
    </Layout>
  )
}

type Part = { page: Page; shown: BatchShown }

function Waiting({ page, shown: { earlier, settings } }: Part) {
  if (!earlier || !settings.waitsForReconciliation) return null
  const { batches } = page.words
  return (
    <p class="notice-bar">
      {batches.waitsFor(dayWords(earlier.batchOn, page.lang))}{' '}
      <a href={href(page, batchPath(earlier))}>{batches.openEarlier}</a>
    </p>
  )
}

/** A moment of the clock that business lives by. */
function momentOf(page: Page, at: Date): string {
  return momentWords(page.clock.campaignAt(at.getTime()), page.lang)
}

function Aborted({ page, shown: { batch, names } }: Part) {
  const { batches } = page.words
  const { abortReason, abortAskedBy, abortAskedAt } = batch
  const cameTooLate = batch.state === 'printed' || batch.state === 'posted'
  return (
    <dl class="batch-facts">
      {cameTooLate && (
        <div>
          <dt>{batches.abortTooLate}</dt>
          <dd>{batches.abortTooLateLead}</dd>
        </div>
      )}
      <div>
        <dt>{batches.abortedBecause}</dt>
        <dd>{abortReason ? batches.abortReasons[abortReason] : '–'}</dd>
      </div>
      <div>
        <dt>{batches.abortedBy}</dt>
        <dd>
          {(abortAskedBy && names.get(abortAskedBy)) ?? '–'}{' '}
          {abortAskedAt && momentOf(page, abortAskedAt)}
        </dd>
      </div>
    </dl>
  )
}

function DryRun({ page, batch }: { page: Page; batch: BatchRow }) {
  const { batches } = page.words
  const { referenceOn, proposedLetters, proposedByKind } = batch
  if (!referenceOn) return null
  const kinds = Object.entries(proposedByKind ?? {})
  const day = dayWords(referenceOn, page.lang)
  return (
    <Section id="dry-run" title={batches.dryRunTitle}>
      <dl class="batch-facts">
        <div>
          <dt>{batches.referenceOn}</dt>
          <dd class="batch-day">
            <strong>{day}</strong>
          </dd>
        </div>
        <div>
          <dt>{batches.proposed}</dt>
          <dd>
            <strong>{batches.count(numberWords(proposedLetters ?? 0))}</strong>
          </dd>
        </div>
        {kinds.length > 0 && (
          <div>
            <dt>{batches.byKind}</dt>
            <dd>
              <ul>
                {kinds.map(([kind, n]) => (
                  <li>
                    {kindWords(page, kind)}: {batches.count(numberWords(n))}
                  </li>
                ))}
              </ul>
            </dd>
          </div>
        )}
      </dl>
      <p>{batches.referenceNote(day)}</p>
      {batch.state === 'proposed' && <p class="note">{batches.referenceWarning}</p>}
    </Section>
  )
}

function Release({ page, shown }: Part) {
  const { batches } = page.words
  const { batch, settings, names, readerId } = shown
  const limit = settings.releaseAutomaticallyUpTo
  const letters = numberWords(batch.proposedLetters ?? 0)
  const path = batchPath(batch)
  return (
    <Section id="release" title={batches.releaseTitle}>
      <p>{limit > 0 ? batches.limit(numberWords(limit)) : batches.noLimit}</p>
      {batch.sample.length > 0 && (
        <>
          <h3>{batches.sampleTitle}</h3>
          <p>{batches.sampleLead(numberWords(batch.sample.length))}</p>
          <p>
            <a class="button" href={href(page, `${path}/sample`)}>
              {batches.sample}
            </a>
          </p>
        </>
      )}
      {batch.checkedBy && (
        <p>
          {batches.checkedBy}: {names.get(batch.checkedBy) ?? '–'}{' '}
          {batch.checkedAt && momentOf(page, batch.checkedAt)}
        </p>
      )}
      {batch.checkedBy === readerId && <p role="status">{batches.waitsForOther}</p>}
      {!batch.checkedBy && (
        <Press page={page} batch={batch} what="check" lead={batches.checkLead}>
          {batches.check(letters)}
        </Press>
      )}
      {batch.checkedBy && batch.checkedBy !== readerId && (
        <Press page={page} batch={batch} what="release" lead={batches.releaseLead}>
          {batches.release(letters)}
        </Press>
      )}
    </Section>
  )
}

type PressProps = {
  page: Page
  batch: BatchRow
  what: 'check' | 'release'
  lead: string
  children: string
}

/** With what stands on this very screen: whoever presses agrees to that and to nothing else. */
function Press({ page, batch, what, lead, children }: PressProps) {
  return (
    <form class="stacked" method="post" action={href(page, `${batchPath(batch)}/${what}`)}>
      <Language page={page} />
      <input type="hidden" name="letters" value={String(batch.proposedLetters ?? 0)} />
      <input type="hidden" name="referenceOn" value={batch.referenceOn ?? ''} />
      <p>{lead}</p>
      <button type="submit">{children}</button>
    </form>
  )
}

function Result({ page, shown: { batch, names, today } }: Part) {
  const { batches } = page.words
  const stopped = Object.entries(batch.stopped)
  const name = (id: string | null) => (id ? (names.get(id) ?? '–') : '–')
  const rows: [string, string | undefined][] = [
    [batches.checkedBy, batch.checkedBy ? name(batch.checkedBy) : undefined],
    [
      batches.releasedBy,
      batch.releasedAutomatically ? batches.automatically : name(batch.releasedBy),
    ],
    [batches.sealed, batches.count(numberWords(batch.letters))],
    [
      batches.withdrawn,
      batch.withdrawnLetters ? batches.count(numberWords(batch.withdrawnLetters)) : undefined,
    ],
    [batches.pages, batch.pages === null ? undefined : batches.sheets(numberWords(batch.pages))],
    [batches.postedOn, batch.postedOn ? dayWords(batch.postedOn, page.lang) : undefined],
  ]
  const isLate = batch.state === 'printed' && batch.reconcileBy && batch.reconcileBy < today
  return (
    <Section id="result" title={batches.resultTitle}>
      <dl class="batch-facts">
        {rows.map(
          ([label, value]) =>
            value !== undefined && (
              <div>
                <dt>{label}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
        {stopped.length > 0 && (
          <div>
            <dt>{batches.stopped}</dt>
            <dd>
              <ul>
                {stopped.map(([reason, n]) => (
                  <li>{batches.stoppedFor(reasonWords(page, reason), numberWords(n))}</li>
                ))}
              </ul>
            </dd>
          </div>
        )}
        {batch.state === 'printed' && batch.reconcileBy && (
          <div>
            <dt>{batches.reconcileBy}</dt>
            <dd>
              {dayWords(batch.reconcileBy, page.lang)}{' '}
              {isLate && <Tag tone="late">{batches.late}</Tag>}
            </dd>
          </div>
        )}
        {batch.state === 'printed' && (
          <div>
            <dt>{batches.folder}</dt>
            <dd>
              <code>print/{batch.municipalityCode}/</code>
            </dd>
          </div>
        )}
        {batch.manifestSha256 && (
          <div>
            <dt>{batches.manifest}</dt>
            <dd>
              <code class="long">{batch.manifestSha256}</code>
              <p class="note">
                {batches.signedBy}: <code class="long">{batch.manifestKey}</code>
              </p>
            </dd>
          </div>
        )}
      </dl>
    </Section>
  )
}

function Abort({ page, batch }: { page: Page; batch: BatchRow }) {
  const { batches } = page.words
  return (
    <Section id="abort" title={batches.abortTitle}>
      <p>{batches.abortLead}</p>
      <form class="stacked" method="post" action={href(page, `${batchPath(batch)}/abort`)}>
        <Language page={page} />
        <div>
          <label for="reason">{batches.abortReason}</label>
          <select id="reason" name="reason">
            {abortReasons.map((reason) => (
              <option value={reason}>{batches.abortReasons[reason]}</option>
            ))}
          </select>
        </div>
        <button type="submit">{batches.abort}</button>
      </form>
    </Section>
  )
}
