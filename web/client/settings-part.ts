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

  const productName = (code: string) => {
    const product = setup?.products.find((one) => one.code === code)
    return (said.lang === 'ja' ? product?.nameJa : product?.nameEn) ?? code
  }
  const givenOnWords = ({ givenOn }: Settings) =>
    givenOn === 'today' ? todayWords(setup?.today) : dayWords(givenOn)

  function showFacts(settings: Settings, prefix: string): void {
    const name = (fact: string) => prefix + (prefix ? fact : fact[0]!.toLowerCase() + fact.slice(1))
    bind(name('Venue'), setup?.venue.name ?? settings.venueCode)
    bind(name('GivenOn'), givenOnWords(settings))
    bind(name('Product'), productName(settings.productCode))
    bind(name('Lot'), settings.lotNumber)
  }

  function showForm(): void {
    if (!setup) return
    bind('setupVenue', setup.venue.name)
    bind('setupToday', todayWords(setup.today))
    field('other-day').max = setup.today
    const product = choices('product')
    product.replaceChildren(
      ...setup.products.map(({ code }) => new Option(productName(code), code)),
    )
    if (chosen) {
      product.value = chosen.productCode
      field('lot').value = chosen.lotNumber
      const isToday = chosen.givenOn === 'today'
      setWhen(isToday ? 'today' : 'other')
      if (!isToday) field('other-day').value = chosen.givenOn
    }
    offerLots(setup, product.value)
    showPart('setup')
  }

  function showConfirm(settings: Settings): void {
    chosen = settings
    showFacts(settings, 'confirm')
    showPart('confirm')
  }

  function read(): Settings | undefined {
    if (!setup) return undefined
    const typed = new FormData(form('setup'))
    const text = (name: string) => String(typed.get(name) ?? '').trim()
    const isToday = text('when') === 'today'
    return {
      venueCode: setup.venue.code,
      givenOn: isToday ? 'today' : text('otherDay'),
      productCode: text('product'),
      lotNumber: text('lot').normalize('NFKC').toUpperCase(),
      confirmedAtMs: 0,
    }
  }

  form('setup').addEventListener('submit', (event) => {
    event.preventDefault()
    const settings = read()
    if (settings) showConfirm(settings)
  })
  form('setup').addEventListener('change', showOtherDay)
  choices('product').addEventListener('change', () => {
    if (setup) offerLots(setup, choices('product').value)
    field('lot').value = ''
  })
  onButton('change', showForm)
  onButton('start', () => {
    if (!chosen) return
    chosen = { ...chosen, confirmedAtMs: Date.now() }
    keepSettings(chosen, localStorage)
    showFacts(chosen, '')
    onStart()
  })

  return {
    begin(newest) {
      setup = newest
      const kept = keptSettings(newest.venue.code, localStorage)
      if (!kept) return showForm()
      if (isConfirmationDue(kept, Date.now())) return showConfirm(kept)
      chosen = kept
      showFacts(kept, '')
      onStart()
    },
    settings: () => chosen,
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

function todayWords(today: string | undefined): string {
  return today ? filled(said.today, { date: dayWords(today) }) : '–'
}
