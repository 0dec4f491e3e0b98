/**
 * The layout of a file without a header, by what stands in its columns. Without a word from whoever brought
 * it only kinds that nothing else looks like: a number and a day alone could be a death or a protection, and
 * that is no guess to make. Where it was said what the file is, its columns are found for that kind.
 */
import type {
  FileEncoding,
  FileFormat,
  FileProfile,
  LayoutKind,
  ProfileColumn,
} from '../domain/municipal-file.ts'
import { isMyNumber } from '../domain/my-number.ts'
import type { RawRow } from './cells.ts'
import {
  type Column,
  columnsOf,
  isDay,
  isNumber,
  looks,
  medianDay,
  type Test,
} from './content-columns.ts'
import { type Found, foundAs } from './guess-content-kinds.ts'
import { dosesByPlace } from './guess-doses-by-place.ts'
import { fieldSpec, layouts } from './layouts/kinds.ts'
import { missingFields } from './profile.ts'
import { narrowed } from './readings/values.ts'

const isPostcode: Test = (value) => /^〒?\d{3}-?\d{4}$/.test(narrowed(value))
const isTenDigits: Test = (value) => /^\d{10}$/.test(narrowed(value))
const isKana: Test = (value) => /^[\u3041-\u3096\u30a1-\u30fc\uff66-\uff9f \u3000・]+$/.test(value)
const isName: Test = (value) =>
  /^[\p{Script=Han}々〆ヶ\p{Co}\u3041-\u3096\u30a1-\u30fc \u3000]{1,30}$/u.test(value)
const isAddress: Test = (value) =>
  value.length >= 5 && /[都道府県市区町村郡丁番地号]|\d[-−－]\d/.test(value)
const isMail: Test = (value) => value.includes('@')

export function guessByContent(
  rows: readonly RawRow[],
  format: FileFormat,
  encoding: FileEncoding,
  asked?: LayoutKind,
): FileProfile | undefined {
  const columns = columnsOf(rows)
  const unasked = [
    dosesByPlace(rows),
    residents(columns),
    myNumbers(columns),
    tickets(columns),
    ...(['doses', 'moves'] as const).map((kind) => foundAs(kind, columns)),
  ]
  const candidates = [
    ...unasked.filter((found) => found && found.kind === asked),
    ...(asked ? [foundAs(asked, columns)] : []),
    ...unasked,
  ]
  for (const found of candidates) {
    if (!found) continue
    const { kind, fields } = found
    const profileColumns = [...fields].map(
      ([field, index]): ProfileColumn => ({
        field,
        from: { index },
        reading: fieldSpec(kind, field)!.reading,
      }),
    )
    const names = profileColumns.map(({ field }) => field)
    if (missingFields(kind, names).length > 0) continue
    const name = layouts[kind].titleJa
    return { kind, name, format, encoding, hasHeader: false, columns: profileColumns }
  }
  return undefined
}

function residents(columns: readonly Column[]): Found | undefined {
  const fields = new Map<string, number>()
  const free = new Set(columns)
  const take = (field: string, column: Column | undefined) => {
    if (!column) return
    fields.set(field, column.index)
    free.delete(column)
  }
  const find = (test: Test) => [...free].find((column) => looks(column, test))
  take('myNumber', find(isMyNumber))
  // Before the postcode: a number of seven digits looks like one.
  take(
    'registerNumber',
    [...free].find((column) => column.isUnique && looks(column, isNumber)),
  )
  take('postcode', find(isPostcode))
  take('mail', find(isMail))
  const days = [...free].filter((column) => looks(column, isDay)).slice(0, 2)
  const [born, since] = days.sort((a, b) => (medianDay(a) < medianDay(b) ? -1 : 1))
  take('bornOn', born)
  take('residentSince', since)
  take('kana', find(isKana))
  const kanaGiven = fields.has('kana')
    ? [...free].find((c) => c.index === fields.get('kana')! + 1 && looks(c, isKana))
    : undefined
  if (kanaGiven) {
    fields.set('kanaFamily', fields.get('kana')!)
    fields.delete('kana')
    take('kanaGiven', kanaGiven)
  }
  const names = [...free].filter((column) => looks(column, isName) && !looks(column, isAddress))
  const [first, second] = names
  if (first && second && second.index === first.index + 1) {
    take('family', first)
    take('given', second)
  } else take('fullName', first)
  take('address', find(isAddress))
  return fields.size > 0 ? { kind: 'residentRegister', fields } : undefined
}

function myNumbers(columns: readonly Column[]): Found | undefined {
  const secret = columns.find((column) => looks(column, isMyNumber))
  const number = columns.find(
    (column) => column !== secret && column.isUnique && looks(column, isNumber),
  )
  if (!secret || !number || columns.length > 3) return undefined
  return {
    kind: 'myNumberLinks',
    fields: new Map([
      ['registerNumber', number.index],
      ['myNumber', secret.index],
    ]),
  }
}

/** Two columns of ten digits each could be either way round: no guess. */
function tickets(columns: readonly Column[]): Found | undefined {
  const day = columns.find((column) => looks(column, isDay))
  const rest = columns.filter(
    (column) => column !== day && column.isUnique && looks(column, isNumber),
  )
  const tens = rest.filter((column) => looks(column, isTenDigits))
  const [ticket] = tens
  const number = rest.find((column) => column !== ticket)
  if (!day || !ticket || !number || tens.length !== 1 || columns.length > 4) return undefined
  return {
    kind: 'ticketNumbers',
    fields: new Map([
      ['registerNumber', number.index],
      ['number', ticket.index],
      ['issuedOn', day.index],
    ]),
  }
}
