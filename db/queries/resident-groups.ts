/** Facility and priority group of people, by the codes of their town's own list: what waves go by. */
import { DomainError } from '../../domain/errors.ts'
import { isGroupCode } from '../../domain/wave.ts'
import type { Tx } from '../client.ts'

/**
 * What a register says of one person. Left out, it says nothing and what is known stays; empty, the
 * person is in none.
 */
export type GroupsTold = {
  residentId: string
  facilityCode?: string | undefined
  priorityGroup?: string | undefined
}

/**
 * Keeps the groups of people of one town, for the purpose `manageRegister`; told again, nothing changes.
 * Answers with the number of rows that did. Throws DomainError `malformedGroupCode`: ask `isGroupCode`
 * first where one row must not stop the rest.
 */
export async function setResidentGroups(
  tx: Tx,
  municipalityCode: string,
  told: GroupsTold[],
): Promise<number> {
  return (await changeResidentGroups(tx, municipalityCode, told)).size
}

/** The same; answers whose groups changed. */
export async function changeResidentGroups(
  tx: Tx,
  municipalityCode: string,
  told: GroupsTold[],
): Promise<Set<string>> {
  const rows = told.filter((one) => ofCodes(one).some((code) => code !== undefined)).map(rowOf)
  if (rows.length === 0) return new Set()
  const codes = JSON.stringify(rows)
  const removed = await tx<{ residentId: string }[]>`
    with told as (select * from json_to_recordset(${codes}::text::json) as t(
                    resident uuid, facility text, says_facility boolean, priority text,
                    says_priority boolean))
    delete from resident_group g using told t
     where g.municipality_code = ${municipalityCode} and g.resident_id = t.resident
       and case when t.says_facility then t.facility else g.facility_code end is null
       and case when t.says_priority then t.priority else g.priority_group end is null
    returning g.resident_id as "residentId"`
  const kept = await tx<{ residentId: string }[]>`
    with told as (select * from json_to_recordset(${codes}::text::json) as t(
                    resident uuid, facility text, says_facility boolean, priority text,
                    says_priority boolean)),
    after as (
      select t.resident,
             case when t.says_facility then t.facility else g.facility_code end as facility,
             case when t.says_priority then t.priority else g.priority_group end as priority
        from told t
        left join resident_group g
          on g.municipality_code = ${municipalityCode} and g.resident_id = t.resident)
    insert into resident_group as g (municipality_code, resident_id, facility_code, priority_group)
    select ${municipalityCode}, a.resident, a.facility, a.priority from after a
     where a.facility is not null or a.priority is not null
     order by a.resident
    on conflict (municipality_code, resident_id) do update
      set facility_code = excluded.facility_code, priority_group = excluded.priority_group,
          told_at = now()
      where (g.facility_code, g.priority_group)
            is distinct from (excluded.facility_code, excluded.priority_group)
    returning g.resident_id as "residentId"`
  return new Set([...removed, ...kept].map(({ residentId }) => residentId))
}

function ofCodes({ facilityCode, priorityGroup }: GroupsTold): (string | undefined)[] {
  return [facilityCode, priorityGroup]
}

function rowOf(told: GroupsTold) {
  for (const code of ofCodes(told)) {
    if (code && !isGroupCode(code)) {
      throw new DomainError('malformedGroupCode', 'A code is 1 to 20 letters and digits', 'groups')
    }
  }
  const { residentId, facilityCode, priorityGroup } = told
  return {
    resident: residentId,
    facility: facilityCode || null,
    says_facility: facilityCode !== undefined,
    priority: priorityGroup || null,
    says_priority: priorityGroup !== undefined,
  }
}
