/** What a read does not say of itself is asked before anything is sent: see `pages/scan/ask.tsx`. */
import { isMunicipalityCode } from '../../domain/municipality-code.ts'
import { birthTyped } from './birth.ts'
import type { Current, Slip } from './desk.ts'
import { said } from './said.ts'
import type { ScanSetup } from './setup-data.ts'
import { bind, field, filled, form, onButton, place, say } from './view.ts'

export type AskPart = { ask(current: Current, setup: ScanSetup): void }

type On = { answer(readId: string, slip: Slip): void; leave(readId: string): void }

export function setUpAskPart(on: On): AskPart {
  let asked: { current: Current; setup: ScanSetup } | undefined

  form('ask').addEventListener('submit', (event) => {
    event.preventDefault()
    if (!asked) return
    const slip = slipTyped(asked.current, asked.setup)
    if (typeof slip === 'string') return say('askProblem', slip)
    on.answer(asked.current.readId, slip)
  })
  onButton('cancelAsk', () => asked && on.leave(asked.current.readId))

  return {
    ask(current, setup) {
      asked = { current, setup }
      form('ask').reset()
      say('askProblem', undefined)
      bind('askNumber', grouped(current.read.number))
      const own = place('askOwnTown')
      own.textContent = filled(own.dataset.own ?? '', { name: setup.venue.municipalityName })
      place('askRest').hidden = current.read.line !== undefined
      field('birth-year').focus()
    },
  }
}

/** The slip, or what is wrong in words. */
function slipTyped({ read }: Current, setup: ScanSetup): Slip | string {
  const typed = new FormData(form('ask'))
  const text = (name: string) => String(typed.get(name) ?? '')
  const birth = birthTyped({
    era: text('era'),
    year: text('year'),
    month: text('month'),
    day: text('day'),
  })
  if (!birth) return said.birthNeeded
  if (read.line) return { ...read.line, ...birth }
  const isOwn = text('issuer') === 'own'
  const code = text('issuerCode').normalize('NFKC').replace(/\D/g, '')
  const municipalityCode = isOwn ? setup.venue.municipalityCode : code
  if (!isMunicipalityCode(municipalityCode)) return said.issuerNeeded
  const kind = text('slipKind')
  if ((kind !== 'vaccination' && kind !== 'screenedOnly') || text('dose') === '') {
    return said.chooseNeeded
  }
  const { number } = read
  return {
    municipalityCode,
    number,
    slipKind: kind,
    claimedDoseNumber: Number(text('dose')),
    ...birth,
  }
}

/** As people read numbers off paper to each other. */
function grouped(number: string): string {
  return number.replace(/(\d{4})(\d{3})(\d{3})/, '$1 $2 $3')
}
