import type { Page } from '../../page.ts'
import { LeavePart } from './offline.tsx'
import { Part } from './part.tsx'

/** Chosen once, then read out again before it counts. */
export function SettingsForm({ page }: { page: Page }) {
  return (
    <>
      <Choose page={page} />
      <Confirm page={page} />
    </>
  )
}

function Choose({ page }: { page: Page }) {
  const { setup } = page.words.scan
  return (
    <Part name="setup">
      <h2 tabindex={-1}>{setup.title}</h2>
      <p>{setup.lead}</p>
      <form class="stacked" data-form="setup">
        <p>
          {setup.venue}: <b data-bind="setupVenue" />
        </p>
        <fieldset>
          <legend>{setup.givenOn}</legend>
          <label class="choice">
            <input type="radio" name="when" value="today" checked />{' '}
            <span data-bind="setupToday">{setup.today}</span>
          </label>
          <label class="choice">
            <input type="radio" name="when" value="other" /> {setup.otherDay}
          </label>
          <label class="quiet" for="other-day">
            {setup.otherDay}
          </label>
          <input id="other-day" type="date" name="otherDay" hidden />
        </fieldset>
        <div>
          <label for="product">{setup.product}</label>
          <select id="product" name="product" required />
        </div>
        <div>
          <label for="lot">{setup.lot}</label>
          <p class="note" id="lot-hint">
            {setup.lotHint}
          </p>
          <input
            id="lot"
            name="lot"
            list="lots"
            required
            maxlength={20}
            autocomplete="off"
            autocapitalize="characters"
            spellcheck={false}
            aria-describedby="lot-hint"
          />
          <datalist id="lots" />
        </div>
        <button type="submit">{setup.check}</button>
      </form>
    </Part>
  )
}

function Confirm({ page }: { page: Page }) {
  const { confirm, bar } = page.words.scan
  const fact = (name: string, label: string) => (
    <div>
      <dt>{label}</dt>
      <dd data-bind={name} />
    </div>
  )
  return (
    <Part name="confirm">
      <h2 tabindex={-1}>{confirm.title}</h2>
      <p>{confirm.lead}</p>
      <dl class="confirm">
        {fact('confirmVenue', bar.venue)}
        {fact('confirmGivenOn', bar.givenOn)}
        {fact('confirmProduct', bar.product)}
        {fact('confirmLot', bar.lot)}
      </dl>
      <p class="verdict-buttons">
        <button type="button" data-do="start">
          {confirm.start}
        </button>
        <button type="button" class="second" data-do="change">
          {confirm.change}
        </button>
      </p>
      <LeavePart page={page} />
    </Part>
  )
}
