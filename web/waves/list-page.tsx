/** A town's waves, and the form that makes one. */
import { randomUUID } from 'node:crypto'
import type { GroupsKnown, WaveRow } from '../../db/queries/wave-plans.ts'
import { olderBornOnOrBefore } from '../../domain/wave.ts'
import { Section, Table, Tag } from '../components/basics.tsx'
import { Language } from '../components/form-parts.tsx'
import { Said } from '../components/said.tsx'
import { momentWords, numberWords } from '../format.ts'
import { Layout } from '../layout.tsx'
import { href, type Page } from '../page.ts'
import { countWords, criteriaWords, shareOf, waveTones } from './words.ts'

export type Typed = { bornOnOrBefore: string; facilityCode: string; priorityGroup: string }

type Shown = {
  list: WaveRow[]
  groups: GroupsKnown[]
  names: Map<string, string>
  said: string | undefined
  /** What was typed before it was refused. */
  typed?: Typed | undefined
}

export function wavesPage(page: Page, { list, groups, names, said, typed }: Shown) {
  const { waves } = page.words
  return (
    <Layout page={page} title={waves.title}>
      <link rel="stylesheet" href="/assets/waves.css" />
      <p class="lead">{waves.lead}</p>
      <Said page={page} words={page.words.waves.said} said={said} />
      <Section id="list" title={waves.listTitle}>
        {list.length === 0 ? <p>{waves.none}</p> : <List page={page} list={list} names={names} />}
      </Section>
      <Section id="make" title={waves.makeTitle}>
        <p>{waves.makeLead}</p>
        <MakeForm page={page} groups={groups} typed={typed} />
      </Section>
    </Layout>
  )
}

function List({ page, list, names }: { page: Page } & Pick<Shown, 'list' | 'names'>) {
  const { waves } = page.words
  return (
    <Table
      caption={waves.listTitle}
      columns={[
        { head: waves.who },
        { head: waves.state },
        { head: waves.people },
        { head: waves.progress, isNumber: true },
        { head: waves.madeBy },
      ]}
      rows={list.map((wave) => {
        const { done, of } = shareOf(wave)
        const maker = wave.madeBy ? (names.get(wave.madeBy) ?? '–') : waves.byProgram
        return [
          <a href={href(page, `/waves/${wave.waveId}`)}>{criteriaWords(page, wave)}</a>,
          <Tag tone={waveTones[wave.state]}>{waves.states[wave.state]}</Tag>,
          wave.count ? countWords(page, wave.count) : '–',
          `${numberWords(done)} / ${numberWords(of)}`,
          <>
            {maker}
            <p class="note">{momentWords(wave.madeAt.getTime(), page.lang)}</p>
          </>,
        ]
      })}
    />
  )
}

type FormProps = { page: Page; groups: GroupsKnown[]; typed: Typed | undefined }

function MakeForm({ page, groups, typed }: FormProps) {
  const { waves } = page.words
  const facilities = groups.filter(({ kind }) => kind === 'facility')
  const priorities = groups.filter(({ kind }) => kind === 'priority')
  return (
    <form class="stacked" method="post" action={href(page, '/waves')}>
      <Language page={page} />
      <input type="hidden" name="waveId" value={randomUUID()} />
      <div>
        <label for="bornOnOrBefore">{waves.birthDate}</label>
        <input
          id="bornOnOrBefore"
          name="bornOnOrBefore"
          autocomplete="off"
          value={typed ? typed.bornOnOrBefore : olderBornOnOrBefore}
          aria-describedby="born-note"
        />
        <p class="note" id="born-note">
          {waves.birthDateNote}
        </p>
      </div>
      {groups.length === 0 && <p class="note">{waves.noCodes}</p>}
      {facilities.length > 0 && (
        <Choice
          page={page}
          name="facilityCode"
          label={waves.facility}
          groups={facilities}
          chosen={typed?.facilityCode}
        />
      )}
      {priorities.length > 0 && (
        <Choice
          page={page}
          name="priorityGroup"
          label={waves.group}
          groups={priorities}
          chosen={typed?.priorityGroup}
        />
      )}
      <button type="submit">{waves.make}</button>
    </form>
  )
}

type ChoiceProps = {
  page: Page
  name: string
  label: string
  groups: GroupsKnown[]
  chosen: string | undefined
}

function Choice({ page, name, label, groups, chosen }: ChoiceProps) {
  const { waves } = page.words
  return (
    <div>
      <label for={name}>{label}</label>
      <select id={name} name={name}>
        <option value="">{waves.anyFacility}</option>
        {groups.map(({ code, people }) => (
          <option value={code} selected={code === chosen}>
            {waves.withPeople(code, numberWords(people))}
          </option>
        ))}
      </select>
    </div>
  )
}
