import type { Page } from '../../page.ts'

const dosesShown = [1, 2, 3]
const eras = ['S', 'T', 'H', 'R', 'M', 'AD'] as const

/** What a read does not say of itself: whose it should be, and of ten digits the rest of the line. */
export function AskForm({ page }: { page: Page }) {
  const { ask } = page.words.scan
  return (
    <section
      class="over ask"
      data-over="ask"
      role="dialog"
      aria-modal="true"
      aria-labelledby="ask-title"
      hidden
    >
      <h2 id="ask-title" tabindex={-1}>
        {ask.title}
      </h2>
      <p class="of">
        {ask.number} <b data-bind="askNumber" />
      </p>
      <p>{ask.lead}</p>
      <form class="stacked" data-form="ask">
        <Birth page={page} />
        <Rest page={page} />
        <p class="error" role="alert" data-bind="askProblem" hidden />
        <p class="verdict-buttons">
          <button type="submit">{ask.send}</button>
          <button type="button" class="second" data-do="cancelAsk">
            {ask.cancel}
          </button>
        </p>
      </form>
    </section>
  )
}

function Birth({ page }: { page: Page }) {
  const { ask } = page.words.scan
  const first = page.lang === 'ja' ? 'S' : 'AD'
  const part = (name: 'year' | 'month' | 'day', size: number) => (
    <span class="birth-part">
      <label for={`birth-${name}`}>{ask[name]}</label>
      <input
        id={`birth-${name}`}
        name={name}
        inputmode="numeric"
        autocomplete="off"
        maxlength={size}
        size={size}
        required={name === 'year'}
        aria-describedby="birth-hint"
      />
    </span>
  )
  return (
    <fieldset>
      <legend>{ask.birth}</legend>
      <p class="note" id="birth-hint">
        {ask.birthHint}
      </p>
      <p class="birth">
        <span class="birth-part">
          <label for="birth-era">{ask.era}</label>
          <select id="birth-era" name="era">
            {eras.map((era) => (
              <option value={era} selected={era === first}>
                {ask.eras[era]}
              </option>
            ))}
          </select>
        </span>
        {part('year', 4)}
        {part('month', 2)}
        {part('day', 2)}
      </p>
    </fieldset>
  )
}

/** Of a ten-digit number alone; hidden when the whole line was read. */
function Rest({ page }: { page: Page }) {
  const { ask } = page.words.scan
  return (
    <div data-bind="askRest" hidden>
      <fieldset>
        <legend>{ask.issuer}</legend>
        <label class="choice">
          <input type="radio" name="issuer" value="own" checked />{' '}
          <span data-bind="askOwnTown" data-own={ask.ownTown('{name}')} />
        </label>
        <label class="choice">
          <input type="radio" name="issuer" value="other" /> {ask.otherTown}
        </label>
        <div>
          <label for="issuer-code">{ask.issuerCode}</label>
          <input
            id="issuer-code"
            name="issuerCode"
            inputmode="numeric"
            maxlength={16}
            autocomplete="off"
          />
        </div>
      </fieldset>
      <fieldset>
        <legend>{ask.slipKind}</legend>
        {(['vaccination', 'screenedOnly'] as const).map((kind) => (
          <label class="choice">
            <input type="radio" name="slipKind" value={kind} /> {ask[kind]}
          </label>
        ))}
      </fieldset>
      <fieldset>
        <legend>{ask.doseNumber}</legend>
        {dosesShown.map((n) => (
          <label class="choice">
            <input type="radio" name="dose" value={n} /> {ask.dose(n)}
          </label>
        ))}
      </fieldset>
    </div>
  )
}
