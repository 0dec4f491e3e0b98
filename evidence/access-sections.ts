/** Who can read what: tables about people, tables without, functions across towns, sealed fields. */
import type { Access } from '../db/oversight/access.ts'
import {
  clientWords,
  commandWords,
  fieldWords,
  purposeWords,
  roleWords,
} from '../i18n/evidence/codes.ts'
import type { EvidenceText } from '../i18n/evidence/ja.ts'
import { tableWords } from '../i18n/evidence/tables.ts'
import type { Pack } from './pack.ts'
import type { Lang } from './render.ts'
import type { Cell, Sheet } from './sheet.ts'

type Text = EvidenceText['access']

/** A code without words is shown as the code: better in another language than left out. */
function say(words: Record<string, Record<Lang, string>>, code: string, lang: Lang): string {
  return words[code]?.[lang] ?? code
}

export function accessSections(sheet: Sheet, pack: Pack, text: Text, lang: Lang): void {
  const comma = lang === 'ja' ? '、' : ', '
  sheet.heading(text.title)
  sheet.paragraph(text.lead)
  const people = pack.access.filter(({ reach }) => reach !== 'open')
  const open = pack.access.filter(({ reach }) => reach === 'open')
  sheet.paragraph({ text: text.peopleTitle, weight: 'bold' })
  sheet.table(
    [
      { head: text.columns.table, width: 34 },
      { head: text.columns.who, width: 36 },
      { head: text.columns.may, width: 24 },
      { head: text.columns.purposes, width: 46 },
      { head: text.columns.rows, width: 12 },
      { head: text.columns.columns, width: 18 },
    ],
    groupsOf(people).map((group) => [
      say(tableWords, group.table, lang),
      say(roleWords, group.role, lang),
      group.commands.map((command) => say(commandWords, command, lang)).join(comma),
      group.purposes.map((purpose) => say(purposeWords, purpose, lang)).join(comma),
      text.reach[group.reach],
      columnsCell(group, text),
    ]),
  )
  openTables(sheet, open, text, lang)
  crossings(sheet, pack, text, lang)
  sealedFields(sheet, pack, text, lang)
}

type Group = Omit<Access, 'purpose'> & { purposes: string[] }

/** Purposes of one role that may do the same with one table stand in one line. */
function groupsOf(rules: Access[]): Group[] {
  const groups = new Map<string, Group>()
  for (const { purpose, ...rest } of rules) {
    const key = `${rest.table} ${rest.role} ${rest.commands} ${rest.reach}`
    const known = groups.get(key)
    if (known) known.purposes.push(purpose)
    else groups.set(key, { ...rest, purposes: [purpose] })
  }
  return [...groups.values()]
}

function columnsCell({ commands, columns }: Group, text: Text): Cell {
  if (!commands.includes('select') || columns?.length === 0) return text.none
  return columns === null ? text.all : text.some(String(columns.length))
}

function openTables(sheet: Sheet, open: Access[], text: Text, lang: Lang): void {
  const comma = lang === 'ja' ? '、' : ', '
  const tables = [...new Set(open.map(({ table }) => table))].sort()
  const rolesWith = (table: string, isReading: boolean) =>
    open
      .filter((one) => one.table === table)
      .filter(({ commands }) =>
        isReading ? commands.includes('select') : commands.some((command) => command !== 'select'),
      )
      .map(({ role }) => say(roleWords, role, lang))
      .join(comma)
  const writes = commandWords.insert![lang]
  sheet.keepTogether(30)
  sheet.paragraph({ text: text.openTitle, weight: 'bold' })
  sheet.table(
    [
      { head: text.columns.table, width: 44 },
      { head: commandWords.select![lang], width: 63 },
      {
        head: `${writes}${comma}${commandWords.update![lang]}${comma}${commandWords.delete![lang]}`,
        width: 63,
      },
    ],
    tables.map((table) => [
      say(tableWords, table, lang),
      rolesWith(table, true),
      rolesWith(table, false),
    ]),
  )
}

function crossings(sheet: Sheet, pack: Pack, text: Text, lang: Lang): void {
  const comma = lang === 'ja' ? '、' : ', '
  sheet.keepTogether(40)
  sheet.paragraph({ text: text.crossingsTitle, weight: 'bold' })
  sheet.paragraph(text.crossingsLead)
  sheet.table(
    [
      { head: text.crossingColumns.name, width: 60 },
      { head: text.crossingColumns.callers, width: 84 },
      { head: text.crossingColumns.columns, width: 26 },
    ],
    pack.crossings
      .filter(({ callers }) => callers.length > 0)
      .map(({ name, callers, columns }) => [
        { text: name, lang: 'en' },
        callers.map((role) => say(roleWords, role, lang)).join(comma),
        String(Math.max(1, columns.length)),
      ]),
  )
}

function sealedFields(sheet: Sheet, pack: Pack, text: Text, lang: Lang): void {
  const comma = lang === 'ja' ? '、' : ', '
  sheet.keepTogether(40)
  sheet.paragraph({ text: text.sealedTitle, weight: 'bold' })
  sheet.paragraph(text.sealedLead)
  sheet.table(
    [
      { head: text.sealedColumns.purpose, width: 44 },
      { head: text.sealedColumns.who, width: 56 },
      { head: text.sealedColumns.fields, width: 70 },
    ],
    pack.sealedFields.map(({ purpose, clients, fields }) => [
      say(purposeWords, purpose, lang),
      clients.length > 0
        ? clients.map((client) => say(clientWords, client, lang)).join(comma)
        : text.nobody,
      fields.map((field) => say(fieldWords, field, lang)).join(comma),
    ]),
  )
}
