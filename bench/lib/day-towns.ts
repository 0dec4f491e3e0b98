/**
 * Towns whose first reminders all fall due on one day: people with one dose, their courses planned and in
 * the outbox, so that the relay starts them as any other. Loading is not what is measured.
 */
import { randomUUID } from 'node:crypto'
import type postgres from 'postgres'
import type { Tx } from '../../db/client.ts'
import { mailCheck } from '../../db/people/mail-address.ts'
import { writePeople } from '../../db/people/write.ts'
import { addDays } from '../../domain/calendar.ts'
import type { PlainDate } from '../../domain/course.ts'
import { municipalityCodeCheckDigit } from '../../domain/municipality-code.ts'
import type { Vault } from '../../vault/vault.ts'

export type DayTown = { code: string; reminders: number }

/** Pfizer: overdue after 22 days, and 21 of grace. */
const doseAgoDays = 43
const batch = 1_000
const since = '2010-04-01' as PlainDate

/** At most so many to a town: an evening's batch holds no more than ten thousand letters. */
const perTown = 8_500

export function townsFor(reminders: number): DayTown[] {
  const towns = Math.ceil(reminders / perTown)
  return Array.from({ length: towns }, (_, i) => {
    const firstFive = `47${String(900 + i)}`
    const share = Math.ceil((reminders - i) / towns)
    return { code: `${firstFive}${municipalityCodeCheckDigit(firstFive)}`, reminders: share }
  })
}

export type DaySeed = {
  day: PlainDate
  /** The minute of the day, in Tokyo, at which all of them are due at once. */
  minute: number
  /** One in so many has a mail address. */
  mailEvery: number
}

export async function seedDayTown(
  sql: postgres.Sql,
  vault: Vault,
  { code, reminders }: DayTown,
  { day, minute, mailEvery }: DaySeed,
): Promise<void> {
  await sql`insert into municipality (code, prefecture, name, kana)
            values (${code}, '架空県', ${`架空${code}市`}, 'カクウシ')`
  await sql`insert into municipality_setting (municipality_code, office_ja, office_en, phone, postcode,
                                              address, notice_minute, jitter_minutes, evening_minute,
                                              release_automatically_up_to)
            values (${code}, '接種担当課', 'Vaccination office', '000-000-0000', '0000000', '見本町1番',
                    ${minute}, 0, 1439, ${perTown})`
  await sql`insert into municipality_grace (municipality_code, day, days, doses)
            values (${code}, ${day}, 21, 0)`
  const venue = `${code}0001`
  await sql`insert into venue (code, municipality_code, name) values (${venue}, ${code}, '架空会場')`
  for (let from = 0; from < reminders; from += batch) {
    const numbers = Array.from({ length: Math.min(batch, reminders - from) }, (_, i) => from + i)
    await sql.begin(async (tx) => {
      const people = numbers.map((n) => personOf(n, code, n % mailEvery === 0))
      const written = await writePeople(tx as unknown as Tx, vault, code, people, day)
      const residents = written.map(({ residentId }) => residentId)
      await seedCourses(tx, code, venue, day, residents)
      await confirmMails(tx, vault, code, day, residents, people)
    })
  }
}

function personOf(n: number, code: string, hasMail: boolean) {
  return {
    registerNumber: `D${n}`,
    name: { family: '見本', given: `花子${n}`, kana: 'ミホン ハナコ' },
    bornOn: `${1930 + (n % 30)}-05-05` as PlainDate,
    residence: { fromOn: since, postcode: '1600000', address: `架空県架空市見本町${n % 30}番` },
    mail: hasMail ? `p${n}.t${code}@example.invalid` : undefined,
  }
}

/** As if the owner of each address had opened the link. */
async function confirmMails(
  tx: postgres.TransactionSql,
  vault: Vault,
  municipalityCode: string,
  day: PlainDate,
  residents: string[],
  people: ReturnType<typeof personOf>[],
): Promise<void> {
  for (const [i, residentId] of residents.entries()) {
    const { mail } = people[i]!
    if (!mail) continue
    const check = await mailCheck(vault, { municipalityCode, residentId }, mail)
    await tx`
      update mail_address
         set state = 'verified', is_retold = false, address_check = ${check}, provider = '*',
             verified_on = ${day}
       where municipality_code = ${municipalityCode} and resident_id = ${residentId}`
  }
}

async function seedCourses(
  tx: postgres.TransactionSql,
  code: string,
  venue: string,
  day: PlainDate,
  residents: string[],
): Promise<void> {
  const givenOn = addDays(day, -doseAgoDays)
  const rows = residents.map((resident) => {
    const doseId = randomUUID()
    const step = { kind: 'reminder', phase: 'overdue', doseNumber: 2, occasion: doseId, round: 1 }
    return {
      ...{ resident, course: randomUUID(), dose: doseId, scan: randomUUID() },
      steps: [{ ...step, on: day }],
    }
  })
  const all = tx`json_to_recordset(${JSON.stringify(rows)}::text::json)
                   as t(resident uuid, course uuid, dose uuid, scan uuid, steps jsonb)`
  await tx`
    insert into course (id, home_municipality_code, home_resident_id, opened_because, version, cause,
                        stage, doses_given, product_code, earliest_on, due_on, overdue_on, grace_days,
                        steps)
    select t.course, ${code}, t.resident, 'scan', 1, 'doseGiven', 'secondDoseOverdue', 1, 'pfizer',
           ${addDays(givenOn, 19)}, ${addDays(givenOn, 21)}, ${addDays(givenOn, 22)}, 21, t.steps
      from ${all}`
  await tx`
    insert into course_link (municipality_code, resident_id, course_id, effective_on, legal_basis,
                             linked_by)
    select ${code}, t.resident, t.course, ${givenOn}, 'ownRegister', 'bench' from ${all}`
  await tx`
    insert into dose (municipality_code, id, resident_id, course_id, claimed_dose_number,
                      issuing_municipality_code, ticket_index, given_on, venue_code, product_code,
                      lot_number, age_band, scan_id, read_by, recorded_on)
    select ${code}, t.dose, t.resident, t.course, 1, ${code}, decode(md5(t.resident::text), 'hex'),
           ${givenOn}, ${venue}, 'pfizer', 'BENCH1', '65-', t.scan, 'qr', ${givenOn}
      from ${all}`
  await tx`insert into outbox (course_id, version) select t.course, 1 from ${all}`
}
