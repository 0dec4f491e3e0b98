/** Many doses of made-up people at once, put there by the superuser: arranging, never under test. */
import { randomUUID } from 'node:crypto'
import type postgres from 'postgres'
import type { AgeBand } from '../../domain/statistics.ts'

export type Given = {
  municipalityCode: string
  /** How many people, one dose each. */
  doses: number
  recordedOn: string
  givenOn?: string
  doseNumber?: number
  ageBand?: AgeBand
}

export type TownToOpen = { code: string; prefecture: string }

export const venueOf = (municipalityCode: string) => `99${municipalityCode.slice(0, 5)}001`

/** Municipalities that take part, each with one venue, and a lot. */
export async function openTowns(sql: postgres.Sql, towns: TownToOpen[]): Promise<void> {
  for (const { code, prefecture } of towns) {
    await sql`insert into municipality (code, prefecture, name, kana)
              values (${code}, ${prefecture}, ${`見本市${code}`}, 'みほんし')
              on conflict (code) do nothing`
    await sql`insert into municipality_setting (municipality_code, office_ja, office_en, phone,
                                                postcode, address, release_automatically_up_to,
                                                waits_for_reconciliation)
              values (${code}, '接種担当課', 'Vaccination office', '000-000-0000', '0000000', '見本町1番', 1000,
                      false)
              on conflict do nothing`
    await sql`insert into venue (code, municipality_code, name)
              values (${venueOf(code)}, ${code}, '見本会場') on conflict do nothing`
  }
  await sql`insert into lot (product_code, lot_number) values ('pfizer', 'TEST01')
            on conflict do nothing`
}

/** Answers the ids of the courses. */
export async function giveDoses(sql: postgres.Sql, given: Given): Promise<string[]> {
  const { municipalityCode: town, doses, recordedOn } = given
  const ids = Array.from({ length: doses }, () => ({
    resident: randomUUID(),
    course: randomUUID(),
  }))
  const [residents, courses] = [ids.map((id) => id.resident), ids.map((id) => id.course)]
  await registerSomebody(sql, town, residents)
  await sql`
    insert into course (id, home_municipality_code, home_resident_id, opened_because, cause, stage,
                        doses_given)
    select c, ${town}, r, 'scan', 'doseGiven', 'awaitingSecondDose', 1
      from unnest(${courses}::uuid[], ${residents}::uuid[]) both_ids(c, r)`
  const isSealed = await namesAreSealed(sql)
  await sql`
    insert into dose (municipality_code, id, resident_id, course_id, claimed_dose_number,
                      issuing_municipality_code, ${sql(isSealed ? 'ticket_index' : 'ticket_number')},
                      given_on, venue_code, product_code,
                      lot_number, age_band, scan_id, read_by, recorded_on)
    select ${town}, gen_random_uuid(), r, c, ${given.doseNumber ?? 1}, ${town},
           ${isSealed ? madeUpIndex : '0000000001'},
           ${given.givenOn ?? recordedOn}, ${venueOf(town)}, 'pfizer', 'TEST01',
           ${given.ageBand ?? '65-'}, gen_random_uuid(), 'qr', ${recordedOn}
      from unnest(${courses}::uuid[], ${residents}::uuid[]) both_ids(c, r)`
  return courses
}

export async function voidDoseOf(sql: postgres.Sql, courseId: string): Promise<void> {
  await sql`update dose set voided_at = now(), voided_by = 'test', void_reason = 'made up'
             where course_id = ${courseId}`
}

/** The course's home is another town from now on. */
export async function moveHome(sql: postgres.Sql, courseId: string, town: string): Promise<void> {
  const resident = randomUUID()
  await registerSomebody(sql, town, [resident])
  await sql`update course set home_municipality_code = ${town}, home_resident_id = ${resident}
             where id = ${courseId}`
}

const madeUpIndex = Buffer.alloc(16, 1)

/** Once fields are sealed, a number is kept as its blind index, and a birth date as an age class. */
async function namesAreSealed(sql: postgres.Sql): Promise<boolean> {
  const found = await sql`
    select 1 from information_schema.columns
     where table_name = 'dose' and column_name = 'ticket_index'`
  return found.length > 0
}

async function registerSomebody(sql: postgres.Sql, town: string, ids: string[]): Promise<void> {
  if (!(await namesAreSealed(sql))) {
    await sql`
      insert into resident (municipality_code, id, register_number)
      select ${town}, id, id::text from unnest(${ids}::uuid[]) id`
    return
  }
  await sql`
    insert into resident (municipality_code, id, register_number, age_class, age_class_on, is_minor,
                          birth_year_check, born_on_check)
    select ${town}, id, id::text, 65, '2021-04-01', false, ${madeUpIndex}, ${madeUpIndex}
      from unnest(${ids}::uuid[]) id`
}
