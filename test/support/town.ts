/** Made-up towns, people and tickets, seeded by the superuser: arranging, never what is under test. */
import { randomUUID } from 'node:crypto'
import type postgres from 'postgres'
import { formatTicketLine } from '../../domain/ticket.ts'
import { nextOf } from './numbering.ts'
import { type Arranged, seedPerson, seedTicket } from './people.ts'
import { acceptPlans } from './plan.ts'

export const town = '131041'
export const otherTown = '011002'
export const venue = '1310400018'

export async function seedTowns(sql: postgres.Sql): Promise<void> {
  for (const code of [town, otherTown]) {
    await sql`insert into municipality (code, prefecture, name, kana)
              values (${code}, ${`県${code.slice(0, 2)}`}, ${`見本市${code}`}, 'みほんし') on conflict do nothing`
    await sql`insert into municipality_setting (municipality_code, office_ja, office_en, phone, postcode, address,
                                                release_automatically_up_to, waits_for_reconciliation)
              values (${code}, '接種担当課', 'Vaccination office', '000-000-0000', '0000000', '見本町1番', 1000,
                      false) on conflict do nothing`
  }
  await sql`insert into venue (code, municipality_code, name) values (${venue}, ${town}, '見本会場') on conflict do nothing`
  await sql`insert into lot (product_code, lot_number, expires_on) values ('pfizer', 'TEST01', '2022-12-31') on conflict do nothing`
  await acceptPlans(sql, [town, otherTown])
}

export type SeededResident = {
  municipalityCode: string
  residentId: string
  registerNumber: string
  ticketNumber: string
  birthYear: number
}

/** Multiples of 97 are never one misread digit or one swap apart: a typed one is held for no neighbour. */
export const numberStep = 97

export async function aResident(
  db: Arranged,
  options: {
    municipalityCode?: string
    bornOn?: string
    mail?: string
    ticketNumber?: string
    family?: string
    given?: string
    kana?: string
    address?: string
  } = {},
): Promise<SeededResident> {
  const n = nextOf('resident')
  const municipalityCode = options.municipalityCode ?? town
  const bornOn = options.bornOn ?? '1950-05-05'
  const registerNumber = `R${n}`
  const ticketNumber = options.ticketNumber ?? String(4_000_000_000 + n * numberStep)
  const residentId = await seedPerson(db, {
    municipalityCode,
    registerNumber,
    name: {
      family: options.family ?? '見本',
      given: options.given ?? `太郎${n}`,
      kana: options.kana ?? 'ミホン タロウ',
    },
    bornOn,
    mail: options.mail,
    isMailConfirmed: true,
    address: options.address ?? `見本町${n}番地`,
  })
  await seedTicket(db, { municipalityCode, residentId }, ticketNumber)
  const birthYear = Number(bornOn.slice(0, 4))
  return { municipalityCode, residentId, registerNumber, ticketNumber, birthYear }
}

export type ScanBody = Record<string, unknown> & { scanId: string }

export function aScan(
  resident: Pick<SeededResident, 'municipalityCode' | 'ticketNumber'>,
  changes: Record<string, unknown> = {},
): ScanBody {
  const claimedDoseNumber = (changes.claimedDoseNumber as number | undefined) ?? 1
  const { claimedDoseNumber: _, slipKind, ...rest } = changes
  return {
    scanId: randomUUID(),
    line: formatTicketLine({
      slipKind: (slipKind as 'vaccination' | undefined) ?? 'vaccination',
      claimedDoseNumber,
      municipalityCode: resident.municipalityCode,
      number: resident.ticketNumber,
    }),
    readBy: 'qr',
    givenOn: '2021-06-09',
    venueCode: venue,
    productCode: 'pfizer',
    lotNumber: 'TEST01',
    source: 'tablet',
    ...rest,
  }
}
