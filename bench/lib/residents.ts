import type postgres from 'postgres'
import { grantProgram } from '../../auth/grants.ts'
import type { Sql } from '../../db/client.ts'

export const benchTown = '131041'
export const benchVenue = '1310400018'

/** A town of made-up residents with tickets 1..n; set-based, because loading is not what is measured. */
export async function seedResidents(sql: postgres.Sql, count: number): Promise<void> {
  await sql`insert into municipality (code, prefecture, name, kana)
            values (${benchTown}, '見本県', '見本市', 'みほんし')`
  await sql`insert into municipality_setting (municipality_code, office_ja, office_en, phone, postcode, address)
            values (${benchTown}, '接種担当課', 'Vaccination office', '000-000-0000', '0000000', '見本町1番')`
  await sql`insert into venue (code, municipality_code, name) values (${benchVenue}, ${benchTown}, '見本会場')`
  await sql`insert into lot (product_code, lot_number) values ('pfizer', 'BENCH1')`
  await sql`
    insert into resident (municipality_code, id, register_number, birth_year)
    select ${benchTown}, gen_random_uuid(), 'R' || n, 1930 + n % 60 from generate_series(1, ${count}::int) n`
  await sql`
    insert into person (municipality_code, resident_id, family_name, given_name, kana, born_on)
    select municipality_code, id, '見本', register_number, 'ミホン', make_date(birth_year, 5, 5) from resident`
  await sql`
    insert into ticket (municipality_code, number, resident_id, issued_on, recorded_on)
    select municipality_code, lpad(substr(register_number, 2), 10, '0'), id, '2021-04-01', '2021-04-01'
      from resident`
  await sql`vacuum analyze`
}

/** A program that may do what the bench does. */
export function grantBench(sql: postgres.Sql, token: string): Promise<void> {
  const may = { mayRecordScans: true, mayManageRegister: true }
  return grantProgram(sql as unknown as Sql, { name: 'bench', token, ...may })
}

export function ticketNumber(n: number): string {
  return String(n).padStart(10, '0')
}
