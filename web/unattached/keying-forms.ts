/** A clerk keys paper: the head of a pile, its slips, and its end. */
import { z } from 'zod'
import type { ScanGate } from '../../auth/scan-gate.ts'
import { townClerk } from '../../auth/staff.ts'
import {
  addSlip,
  type BatchRef,
  beginBatch,
  discardBatch,
  dropSlip,
} from '../../db/queries/keying/batches.ts'
import { recordBatch } from '../../db/queries/keying/record-batch.ts'
import { isPlainDate } from '../../domain/calendar.ts'
import type { PlainDate } from '../../domain/course.ts'
import { DomainError } from '../../domain/errors.ts'
import { digitsTyped, parseTypedSlip, slipsMax, type TypedSlip } from '../../domain/keying.ts'
import type { FormDeps } from './forms.ts'
import type { TypedHeader } from './keying-list.tsx'

export type KeyingDeps = FormDeps & { gate?: ScanGate }

const lot = z
  .string()
  .min(1)
  .max(20)
  .refine((text) => !/[\p{Cc}\p{Cs}]/u.test(text))

/** The id of the new pile. Throws DomainError or Refusal with the code of a refusal. */
export async function beginByForm(deps: KeyingDeps, typed: TypedHeader): Promise<string> {
  const { office: municipalityCode, id: by } = townClerk()
  const venueCode = digitsTyped(typed.venueCode)
  const givenOn = dayTwice(typed)
  const lotNumber = lot.safeParse(typed.lotNumber)
  if (!lotNumber.success) throw new DomainError('malformed', 'no lot', 'lotNumber')
  await deps.gate?.assertVenue(venueCode)
  const sum = digitsTyped(typed.sumExpected)
  return beginBatch(
    deps,
    {
      ...{ municipalityCode, by, venueCode, givenOn },
      productCode: typed.productCode,
      lotNumber: lotNumber.data,
      slipsExpected: wholeNumber(typed.slipsExpected, slipsMax, 'slipsExpected'),
      ...(sum === '' ? {} : { sumExpected: wholeNumber(sum, 10 ** 13, 'sumExpected') }),
    },
    deps.clock.today(),
  )
}

/** `20210609` or `2021-06-09`, twice the same day. */
function dayTwice({ givenOn, givenOnAgain }: TypedHeader): PlainDate {
  const [first, second] = [dayFrom(givenOn), dayFrom(givenOnAgain)]
  if (first !== second) throw new DomainError('dayTwiceDiffers', 'Not one day', 'givenOnAgain')
  if (!isPlainDate(first)) throw new DomainError('invalidDate', 'Not a day', 'givenOn')
  return first
}

function dayFrom(typed: string): string {
  const bare = typed.normalize('NFKC').trim()
  return bare.replace(/^(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})$/, '$1-$2-$3')
}

function wholeNumber(typed: string, max: number, name: string): number {
  const n = Number(digitsTyped(typed).replaceAll(',', ''))
  if (Number.isSafeInteger(n) && n >= 1 && n <= max) return n
  throw new DomainError('malformed', 'Not a number', name)
}

const refTo = (id: string): BatchRef => ({ municipalityCode: townClerk().office, id })

/** False when there is no such pile. */
export async function addSlipByForm(
  deps: KeyingDeps,
  id: string,
  typed: TypedSlip,
): Promise<boolean> {
  const slip = parseTypedSlip(typed, townClerk().office)
  return (await addSlip(deps, refTo(id), slip)) !== undefined
}

export function dropSlipByForm(deps: KeyingDeps, id: string, slipNo: number): Promise<boolean> {
  return dropSlip(deps, refTo(id), slipNo)
}

export async function recordByForm(deps: KeyingDeps, id: string): Promise<boolean> {
  const done = await recordBatch(deps, refTo(id), deps.clock.today(), (slips) =>
    deps.gate?.admit(slips),
  )
  if (done?.hasNews) deps.wakeRelays()
  return done !== undefined
}

export function discardByForm(deps: KeyingDeps, id: string): Promise<boolean> {
  return discardBatch(deps, refTo(id))
}
