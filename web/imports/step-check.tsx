import type { FileProfile, LayoutKind } from '../../domain/municipal-file.ts'
import { layoutKinds } from '../../domain/municipal-file.ts'
import { layouts } from '../../files/layouts/kinds.ts'
import type { FileGuess } from '../../files/read-file.ts'
import { Table } from '../components/basics.tsx'
import { Language } from '../components/form-parts.tsx'
import { Step, type StepState } from './frame.tsx'
import type { Part } from './import-page.tsx'
import { needsLayout } from './state.ts'

type CheckPart = Part & { guess: FileGuess | undefined }

/** How the file was read: confirmed by one press where it is new, said column by column where it is unclear. */
export function CheckStep({ page, found, guess }: CheckPart) {
  const { imports } = page.words
  const { check } = imports
  const { layoutState, state: importState } = found
  const isOpenQuestion = importState === 'received' || importState === 'reviewed'
  const asks = isOpenQuestion && (layoutState === 'guessed' || layoutState === 'needed')
  const state: StepState = asks ? 'look' : layoutState === 'unknown' ? 'busy' : 'good'
  return (
    <Step page={page} id="step-check" title={imports.steps.check} state={state}>
      {layoutState === 'known' && <p>{check.known}</p>}
      {asks && <p>{needsLayout(found) ? check.needed : check.guessed}</p>}
      {guess ? (
        <Guess page={page} found={found} guess={guess} asks={asks} />
      ) : (
        layoutState !== 'unknown' && <p>{check.notKept}</p>
      )}
    </Step>
  )
}

function Guess({ page, found, guess, asks }: CheckPart & { guess: FileGuess; asks: boolean }) {
  const { imports } = page.words
  const { check } = imports
  const { profile, missingFields, unknownColumns } = guess
  const action = `/imports/${found.importId}/profile`
  return (
    <>
      {missingFields.length > 0 && (
        <p class="error" role="alert">
          ▲{' '}
          {check.missing(missingFields.map((field) => fieldLabel(profile.kind, field)).join('、'))}
        </p>
      )}
      {unknownColumns.length > 0 && <p class="note">{check.unknown(unknownColumns.join('、'))}</p>}
      {asks && guess.isContested && (
        <p class="error" role="alert">
          ▲ {check.contested(imports.layouts[profile.kind])}
        </p>
      )}
      <p>{check.lead}</p>
      <Sample page={page} guess={guess} />
      {asks && found.layoutState === 'guessed' && (
        <form class="press" method="post" action={action}>
          <Language page={page} />
          <input type="hidden" name="as" value="guessed" />
          <button type="submit" class="main">
            {check.confirm}
          </button>
        </form>
      )}
      {asks && (
        <details open={found.layoutState === 'needed'}>
          <summary>{check.change}</summary>
          <Columns page={page} guess={guess} action={action} />
        </details>
      )}
    </>
  )
}

function Sample({ page, guess }: Pick<CheckPart, 'page'> & { guess: FileGuess }) {
  const { check } = page.words.imports
  const columns = columnsOf(guess)
  return (
    <Table
      caption={check.sample}
      columns={columns.map(({ label }) => ({ head: label }))}
      rows={guess.sample.map((cells) =>
        columns.map((_, at) => <span lang="ja">{cells[at] ?? ''}</span>),
      )}
    />
  )
}

/** One line a column: what stands in it, and what it is. */
function Columns(props: Pick<CheckPart, 'page'> & { guess: FileGuess; action: string }) {
  const { page, guess, action } = props
  const { imports } = page.words
  const { check } = imports
  const { profile } = guess
  return (
    <form class="stacked" method="post" action={action}>
      <Language page={page} />
      <input type="hidden" name="as" value="said" />
      <div>
        <label for="kind">{imports.layout}</label>
        <select id="kind" name="kind">
          {layoutKinds.map((kind) => (
            <option value={kind} selected={kind === profile.kind}>
              {imports.layouts[kind]}
            </option>
          ))}
        </select>
      </div>
      <div>
        <label for="name">{check.name}</label>
        <input id="name" name="name" maxlength={60} required value={profile.name} />
      </div>
      <Table
        caption={check.change}
        columns={[{ head: check.header }, { head: check.values }, { head: check.means }]}
        rows={columnsOf(guess).map(({ label, values }, at) => [
          <span lang="ja">{label}</span>,
          <span lang="ja">{values.join(' / ')}</span>,
          <select name={`column${at}`} aria-label={`${label}: ${check.means}`}>
            <option value="">{check.unused}</option>
            {fieldsOf(profile.kind).map(([field, words]) => (
              <option value={field} selected={field === fieldAt(profile, guess.header, at)}>
                {words}
              </option>
            ))}
          </select>,
        ])}
      />
      <button type="submit">{check.save}</button>
    </form>
  )
}

const examplesShown = 3

function columnsOf({ header, sample }: FileGuess): { label: string; values: string[] }[] {
  const width = Math.max(header.length, ...sample.map((cells) => cells.length))
  return Array.from({ length: width }, (_, at) => ({
    label: header[at] || `${at + 1}`,
    values: sample.slice(0, examplesShown).map((cells) => cells[at] ?? ''),
  }))
}

/** Which field the guess reads from the column. */
export function fieldAt(profile: FileProfile, header: string[], at: number): string | undefined {
  return profile.columns.find(({ from }) =>
    'index' in from ? from.index === at : 'header' in from && from.header === header[at],
  )?.field
}

/** Fields of every kind, those of the guessed kind first: the kind may be what was guessed wrong. */
function fieldsOf(kind: LayoutKind): [field: string, words: string][] {
  const all = [kind, ...layoutKinds.filter((other) => other !== kind)].flatMap((one) =>
    layouts[one].fields.map(({ field }) => [field, fieldLabel(one, field)] as [string, string]),
  )
  return [...new Map(all.reverse()).entries()].reverse()
}

/** As the canonical layout calls it, else as register systems do. */
function fieldLabel(kind: LayoutKind, field: string): string {
  const spec = layouts[kind].fields.find((one) => one.field === field)
  return spec?.header ?? spec?.spellings[0] ?? field
}
