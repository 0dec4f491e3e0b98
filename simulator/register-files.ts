/** A town's register and its ticket numbers in the layout of `docs/file-layouts.md`: CSV, for a stick. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isBeforeCampaign, registerNumberOf } from './facts.ts'
import type { Truth, TruthPerson } from './truth.ts'

export type TownFile = { kind: 'residentRegister' | 'ticketNumbers'; path: string; rows: number }
export type TownFiles = { municipalityCode: string; files: TownFile[] }

const registerHeader = [
  ...['宛名番号', '氏', '名', 'フリガナ', '生年月日', '郵便番号', '住所'],
  ...['住民となった日', '世帯番号', 'メールアドレス', '施設コード', '優先区分', '個人番号'],
]
const ticketHeader = ['宛名番号', '券番号', '発行日']

/** Who lives where before the first day, a folder per town; towns without anybody have no files. */
export async function writeTownFiles(truth: Truth, folder: string): Promise<TownFiles[]> {
  const towns = new Map<string, TruthPerson[]>()
  for (const person of truth.people) {
    const { municipalityCode } = person.residences[0]!
    towns.set(municipalityCode, [...(towns.get(municipalityCode) ?? []), person])
  }
  return await Promise.all(
    [...towns].map(async ([municipalityCode, people]) => {
      const place = join(folder, municipalityCode)
      await mkdir(place, { recursive: true })
      const files = [
        await written('residentRegister', join(place, `jumin-${municipalityCode}.csv`), [
          registerHeader,
          ...people.map(registerRow),
        ]),
        await written('ticketNumbers', join(place, `ken-${municipalityCode}.csv`), [
          ticketHeader,
          ...people.flatMap((person) => ticketRows(person, municipalityCode, truth)),
        ]),
      ]
      return { municipalityCode, files: files.filter(({ rows }) => rows > 0) }
    }),
  )
}

function registerRow(person: TruthPerson): string[] {
  const home = person.residences[0]!
  const { family, given, kana } = person.name
  return [
    ...[registerNumberOf(person, home), family, given, kana, person.bornOn],
    ...[
      home.postcode,
      home.address,
      home.from,
      '',
      person.mail ?? '',
      '',
      '',
      person.myNumber ?? '',
    ],
  ]
}

function ticketRows(person: TruthPerson, municipalityCode: string, { header }: Truth): string[][] {
  return person.tickets
    .filter((sheet) => sheet.municipalityCode === municipalityCode)
    .filter((sheet) => isBeforeCampaign(sheet.issuedOn, header.epoch))
    .map((sheet) => [registerNumberOf(person, person.residences[0]!), sheet.number, sheet.issuedOn])
}

async function written(
  kind: TownFile['kind'],
  path: string,
  [header, ...rows]: string[][],
): Promise<TownFile> {
  const lines = [header!, ...rows].map((cells) => cells.map(quoted).join(','))
  await writeFile(path, `\ufeff${lines.join('\r\n')}\r\n`)
  return { kind, path, rows: rows.length }
}

function quoted(cell: string): string {
  return `"${cell.replaceAll('"', '""')}"`
}
