/** What forms share, on whatever page they stand. */
import type { Lang } from '../../domain/course-words.ts'
import { eraChoices } from '../../domain/typed-birth-date.ts'
import { problemText } from '../../i18n/problems.ts'
import { residentEn } from '../../i18n/resident-en.ts'
import { residentJa } from '../../i18n/resident-ja.ts'

type Read = { page: { lang: Lang } }

/** A form keeps the language of its page. */
export function Language({ page }: Read) {
  return page.lang === 'en' ? <input type="hidden" name="lang" value="en" /> : null
}

/** As people say it: by era, or by the western year. */
export function BirthDate({ page, legend }: Read & { legend: string }) {
  const { form } = page.lang === 'en' ? residentEn : residentJa
  return (
    <fieldset>
      <legend>{legend}</legend>
      <div class="date">
        <div>
          <label for="era">{form.era}</label>
          <select id="era" name="era">
            {eraChoices.map((era) => (
              <option value={era} selected={era === (page.lang === 'en' ? 'AD' : 'S')}>
                {form.eras[era]}
              </option>
            ))}
          </select>
        </div>
        {(['year', 'month', 'day'] as const).map((part) => (
          <div>
            <label for={part}>{form[part]}</label>
            <input
              id={part}
              name={part}
              class={part}
              required
              inputmode="numeric"
              autocomplete="off"
              maxlength={4}
            />
          </div>
        ))}
      </div>
    </fieldset>
  )
}

/** What was wrong with the last press, and what to do: `code` has a text. */
export function ProblemBox({ page, code, id }: Read & { code: string; id?: string }) {
  const { title, detail, whatToDo } = problemText(code, page.lang)
  return (
    <div class="error" role="alert" {...(id && { id })}>
      <p>
        <strong>{title}</strong>
      </p>
      <p>
        {detail} {whatToDo}
      </p>
    </div>
  )
}
