/** Today's settings: chosen, read out, confirmed; and confirmed again when the half day is over. */
import { dayWords, said } from './said.ts'
import { isConfirmationDue, keepSettings, keptSettings, type Settings } from './settings.ts'
import type { ScanSetup } from './setup-data.ts'
import { bind, choices, field, filled, form, onButton, place, showPart } from './view.ts'

export type SettingsPart = {
  /** Shows what is kept to be confirmed, or the form; or goes on when it was confirmed this half day. */
  begin(setup: ScanSetup): void
  settings(): Settings | undefined
}

/** `onStart` is called with every confirmation, never without one. */
export function setUpSettingsPart(onStart: () => void): SettingsPart {
  let setup: ScanSetup | undefined
  let chosen: Settings | undefined

  function showForm(): void {
    if (!setup) return
    fillForm(setup, chosen)
    showPart('setup')
  }

  function showConfirm(given: ScanSetup, settings: Settings): void {
    chosen = settings
    const words = wordsOf(given, settings)
    bind('confirmVenue', words.venue)
    bind('confirmGivenOn', words.givenOn)
    bind('confirmProduct', words.product)
    bind('confirmLot', words.lot)
    showPart('confirm')
  }

  function start(given: ScanSetup, settings: Settings): void {
    chosen = settings
    for (const [name, text] of Object.entries(wordsOf(given, settings))) bind(name, text)
    onStart()
  }

  form('setup').addEventListener('submit', (event) => {
    event.preventDefault()
    if (setup) showConfirm(setup, settingsTyped(setup))
  })
  form('setup').addEventListener('change', showOtherDay)
  choices('product').addEventListener('change', () => {
    if (setup) offerLots(setup, choices('product').value)
    field('lot').value = ''
  })
  onButton('change', showForm)
  onButton('start', () => {
    if (!setup || !chosen) return
    const confirmed = { ...chosen, confirmedAtMs: Date.now() }
    keepSettings(confirmed, localStorage)
    start(setup, confirmed)
  })

  return {
    begin(newest) {
      setup = newest
      const kept = keptSettings(newest.venue.code, localStorage)
      if (!kept) showForm()
      else if (isConfirmationDue(kept, Date.now())) showConfirm(newest, kept)
      else start(newest, kept)
    },
    settings: () => chosen,
  }
}

function wordsOf(setup: ScanSetup, settings: Settings) {
  const { givenOn, productCode, lotNumber } = settings
  return {
    venue: setup.venue.name,
    givenOn: givenOn === 'today' ? todayWords(setup) : dayWords(givenOn),
    product: productName(setup, productCode),
    lot: lotNumber,
  }
}

function fillForm(setup: ScanSetup, chosen: Settings | undefined): void {
  bind('setupVenue', setup.venue.name)
  bind('setupToday', todayWords(setup))
  field('other-day').max = setup.today
  const product = choices('product')
  product.replaceChildren(
    ...setup.products.map(({ code }) => new Option(productName(setup, code), code)),
  )
  if (chosen) {
    product.value = chosen.productCode
    field('lot').value = chosen.lotNumber
    const isToday = chosen.givenOn === 'today'
    setWhen(isToday ? 'today' : 'other')
    if (!isToday) field('other-day').value = chosen.givenOn
  }
  offerLots(setup, product.value)
}

/** Not confirmed yet. */
function settingsTyped(setup: ScanSetup): Settings {
  const typed = new FormData(form('setup'))
  const text = (name: string) => String(typed.get(name) ?? '').trim()
  return {
    venueCode: setup.venue.code,
    givenOn: text('when') === 'today' ? 'today' : text('otherDay'),
    productCode: text('product'),
    lotNumber: text('lot').normalize('NFKC').toUpperCase(),
    confirmedAtMs: 0,
  }
}

/** Only offered: a box may carry a lot that nobody has told the system yet. */
function offerLots({ lots }: ScanSetup, productCode: string): void {
  const options = lots
    .filter((lot) => lot.productCode === productCode)
    .map(({ lotNumber, expiresOn }) => {
      const option = new Option('', lotNumber)
      if (expiresOn) option.label = `${lotNumber} (${filled(said.expires, { date: expiresOn })})`
      return option
    })
  document.querySelector('#lots')?.replaceChildren(...options)
}

function setWhen(value: 'today' | 'other'): void {
  const radio = place('setupToday').closest('fieldset')?.querySelector(`[value="${value}"]`)
  if (radio instanceof HTMLInputElement) radio.checked = true
  showOtherDay()
}

/** The day is asked for, and needed, only when it is another one. */
function showOtherDay(): void {
  const isOther = new FormData(form('setup')).get('when') === 'other'
  field('other-day').hidden = !isOther
  field('other-day').required = isOther
}

function productName({ products }: ScanSetup, code: string): string {
  const product = products.find((one) => one.code === code)
  return (said.lang === 'ja' ? product?.nameJa : product?.nameEn) ?? code
}

function todayWords({ today }: ScanSetup): string {
  return filled(said.today, { date: dayWords(today) })
}
