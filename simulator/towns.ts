import { readFileSync } from 'node:fs'
import { dataFile, readCsv } from './csv.ts'

/**
 * Where the campaign plays: real municipalities, made-up addresses. The cast has a village of its
 * own, so small that its reporting grace stays at the minimum whatever happens in the cities.
 */
export const castVillage = '204510'
export const castNextVillage = '204501'
export const homeCity = '202029'

/** The rest of the residents, by share. */
export const cities = [
  { code: homeCity, share: 0.7 },
  { code: '202151', share: 0.2 },
  { code: '202207', share: 0.1 },
] as const

/** The towns' prefecture in the table of doses by day. */
export const prefectureNumber = '20'

export type Town = { code: string; prefecture: string; name: string }

export function loadTowns(): Map<string, Town> {
  const rows = readCsv(readFileSync(dataFile('municipalities-2021-02-02.csv'), 'utf8'))
  return new Map(
    rows.map((row) => [
      row.code!,
      { code: row.code!, prefecture: row.prefecture!, name: row.name! },
    ]),
  )
}

/** A made-up address, never the same for two numbers of one town. No real postcode begins 000. */
export function addressIn(town: Town, index: number): { postcode: string; address: string } {
  const chome = 1 + (index % 9)
  const banchi = 1 + (Math.floor(index / 9) % 90)
  const go = 1 + Math.floor(index / 810)
  return {
    postcode: `000${String(Number(town.code.slice(2, 5)) % 100).padStart(2, '0')}${String(banchi).padStart(2, '0')}`,
    address: `${town.prefecture}${town.name}見本町${chome}丁目${banchi}番${go}号`,
  }
}

/** What a town's office tells the system about itself. */
export function officeOf(town: Town) {
  return {
    officeJa: `${town.name} 接種推進室`,
    officeEn: 'Vaccination Office',
    phone: '0570-000-000',
    ...addressIn(town, 0),
  }
}

/** A ten-digit institution code in the form of the real ones, of an area number that none has. */
export function venuesOf(town: Town) {
  const stem = `99${town.code.slice(0, 5)}`
  return [
    {
      code: `${stem}001`,
      municipalityCode: town.code,
      name: `${town.name}集団接種会場`.slice(0, 30),
    },
    {
      code: `${stem}002`,
      municipalityCode: town.code,
      name: `${town.name}見本診療所`.slice(0, 30),
    },
  ]
}

export const products = {
  pfizer: { code: 'pfizer', lotNumber: 'MADEUP-P1', standardDays: 21, minimumDays: 19 },
  moderna: { code: 'moderna', lotNumber: 'MADEUP-M1', standardDays: 28, minimumDays: 21 },
  astrazeneca: { code: 'astrazeneca', lotNumber: 'MADEUP-A1', standardDays: 56, minimumDays: 28 },
} as const
export type ProductCode = keyof typeof products
