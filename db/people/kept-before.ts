/** What an import replaces is kept as it is sealed, so that it can be put back byte for byte. */
import type { PlainDate } from '../../domain/course.ts'
import type { Tx } from '../client.ts'

export type Replaced = { residentId: string; fromOn: PlainDate }
export type KeptFor = { municipalityCode: string; importId: string; today: PlainDate }

/** `fromOn`: of the residence that is told. A row that an earlier row of the file kept stays as it is. */
export async function keepBefore(
  tx: Tx,
  { municipalityCode, importId, today }: KeptFor,
  replaced: Replaced[],
): Promise<void> {
  const rows = replaced.map(({ residentId, fromOn }) => ({ resident: residentId, from_on: fromOn }))
  const given = JSON.stringify(rows)
  await tx`
    insert into import_before (municipality_code, import_id, resident_id, part, was_new, name, kana,
                               born_on, mail, told_check, row_digest, desk_index, identity_born,
                               identity_names)
    select ${municipalityCode}, ${importId}, p.resident_id, 'person', false, p.name, p.kana, p.born_on,
           p.mail, p.told_check, p.row_digest, p.desk_index, p.identity_born, p.identity_names
      from json_to_recordset(${given}::text::json) as r(resident uuid)
      join person p on p.municipality_code = ${municipalityCode} and p.resident_id = r.resident
    on conflict do nothing`
  await tx`
    insert into import_before (municipality_code, import_id, resident_id, part, on_day, was_new,
                               address, told_check)
    select ${municipalityCode}, ${importId}, r.resident, 'residence', r.from_on,
           a.resident_id is null, a.address, a.told_check
      from json_to_recordset(${given}::text::json) as r(resident uuid, from_on date)
      left join residence a on a.municipality_code = ${municipalityCode}
                           and a.resident_id = r.resident and a.from_on = r.from_on
    on conflict do nothing`
  await tx`
    insert into import_before (municipality_code, import_id, resident_id, part, on_day, was_new,
                               household)
    select ${municipalityCode}, ${importId}, r.resident, 'household', d.day, m.resident_id is null,
           m.household
      from json_to_recordset(${given}::text::json) as r(resident uuid, from_on date)
     cross join lateral (select distinct day from (values (r.from_on), (${today}::date)) v(day)) d
      left join household_member m on m.municipality_code = ${municipalityCode}
                                  and m.resident_id = r.resident and m.from_on = d.day
    on conflict do nothing`
  const residentIds = replaced.map(({ residentId }) => residentId)
  await tx`
    insert into import_before (municipality_code, import_id, resident_id, part, was_new,
                               facility_code, priority_group)
    select ${municipalityCode}, ${importId}, r.resident, 'groups', g.resident_id is null,
           g.facility_code, g.priority_group
      from unnest(${residentIds}::uuid[]) as r(resident)
      left join resident_group g on g.municipality_code = ${municipalityCode}
                                and g.resident_id = r.resident
    on conflict do nothing`
  await keepNumbersBefore(tx, { municipalityCode, importId }, residentIds)
}

export async function keepNumbersBefore(
  tx: Tx,
  { municipalityCode, importId }: Omit<KeptFor, 'today'>,
  residentIds: string[],
): Promise<void> {
  await tx`
    insert into import_before (municipality_code, import_id, resident_id, part, was_new, number)
    select ${municipalityCode}, ${importId}, r.resident, 'myNumber', n.resident_id is null, n.sealed
      from unnest(${residentIds}::uuid[]) as r(resident)
      left join my_number n on n.municipality_code = ${municipalityCode} and n.resident_id = r.resident
    on conflict do nothing`
}

/** What the import wrote there, as a digest of the sealed bytes: only that is ever put back. */
export async function keepNumbersWritten(
  tx: Tx,
  { municipalityCode, importId }: Omit<KeptFor, 'today'>,
  residentIds: string[],
): Promise<void> {
  await tx`
    update import_before b set told_check = decode(md5(n.sealed), 'hex')
      from my_number n
     where b.municipality_code = ${municipalityCode} and b.import_id = ${importId}
       and b.part = 'myNumber' and b.resident_id = any(${residentIds}::uuid[])
       and (n.municipality_code, n.resident_id) = (b.municipality_code, b.resident_id)`
}

/** Whether somebody's number is no longer the one that the import wrote. */
export async function numbersMovedOn(
  tx: Tx,
  { municipalityCode, importId }: Omit<KeptFor, 'today'>,
): Promise<boolean> {
  const [found] = await tx<{ are: boolean }[]>`
    select exists (
      select from import_before b
        left join my_number n on (n.municipality_code, n.resident_id)
                               = (b.municipality_code, b.resident_id)
       where b.municipality_code = ${municipalityCode} and b.import_id = ${importId}
         and b.part = 'myNumber' and b.told_check is not null
         and decode(md5(n.sealed), 'hex') is distinct from b.told_check) as are`
  return found!.are
}
