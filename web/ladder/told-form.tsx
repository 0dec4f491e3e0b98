/** On the page of a caller: a clerk keeps that they told the person themselves. */
import { manualChannels, manualKinds } from '../../db/queries/manual-notices.ts'
import { Section } from '../components/basics.tsx'
import { Language } from '../components/form-parts.tsx'
import { href, type Page } from '../page.ts'
import { Day } from './page.tsx'

export function ToldForm({ page, residentId }: { page: Page; residentId: string }) {
  const { ladder: words, noticeKinds } = page.words
  return (
    <Section id="told" title={words.toldTitle}>
      <p>{words.toldLead}</p>
      <form class="stacked" method="post" action={href(page, `/desk/people/${residentId}/told`)}>
        <Language page={page} />
        <Choice
          name="kind"
          label={words.toldWhat}
          options={manualKinds.map((kind) => [kind, noticeKinds[kind]])}
        />
        <Choice
          name="toldBy"
          label={words.toldHow}
          options={manualChannels.map((by) => [by, words.toldBy[by]])}
        />
        <Day name="toldOn" label={words.toldOn} value={page.clock.today()} />
        <button type="submit">{words.toldSave}</button>
      </form>
    </Section>
  )
}

function Choice(props: { name: string; label: string; options: [value: string, label: string][] }) {
  const { name, label, options } = props
  return (
    <div>
      <label for={name}>{label}</label>
      <select id={name} name={name}>
        {options.map(([value, text]) => (
          <option value={value}>{text}</option>
        ))}
      </select>
    </div>
  )
}
