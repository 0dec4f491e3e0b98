/** A register file taken back: what it replaced is put back as it was sealed, whom it brought goes again. */
import postgres from 'postgres'
import { look, type Tx } from '../client.ts'
import { hasFollowers, putBackNumbers } from '../people/put-back-numbers.ts'
import { settlePerson } from '../queries/residency.ts'
import { inTowns } from '../scope.ts'
import type { Applying } from './kinds/kind.ts'

const foreignKeyViolation = '23503'
const looksAtOnce = 1_000

type Of = { municipalityCode: string; importId: string }

/** Throws `importHasFollowers` when anything has come to rest on it since. */
export async function undoResidents({ tx, store, job }: Applying): Promise<number> {
  const of = { municipalityCode: job.municipalityCode, importId: job.importId }
  await refuseFollowers(tx, of)
  const changed = await changedResidents(tx, of)
  await lookAt(tx, of, changed)
  const rehoused = await putBack(tx, of)
  await putBackNumbers(tx, store.vault, of)
  const gone = await takeAway(tx, of)
  const { municipalityCode } = of
  await inTowns(tx, { municipalityCode, purpose: 'manageRegister' }, async () => {
    await putBackGroups(tx, of)
    for (const residentId of rehoused) {
      await settlePerson(tx, { municipalityCode, residentId }, job.today)
    }
  })
  return changed.length + gone
}

/** Somebody changed one of these people since, or a later file did. */
async function refuseFollowers(tx: Tx, { municipalityCode, importId }: Of): Promise<void> {
  const [found] = await tx<{ are: boolean }[]>`
    select exists (
             select from person p
               join resident r on (r.municipality_code, r.id) = (p.municipality_code, p.resident_id)
              where p.municipality_code = ${municipalityCode} and p.row_digest is null
                and (r.made_by_import = ${importId}
                     or exists (select from import_before b
                                 where (b.municipality_code, b.import_id, b.resident_id)
                                     = (p.municipality_code, ${importId}, p.resident_id))))
        or exists (
             select from import_before b
               join import_file f on (f.municipality_code, f.id) = (b.municipality_code, b.import_id)
               join import_file own on own.municipality_code = f.municipality_code
                                   and own.id = ${importId}
              where b.municipality_code = ${municipalityCode} and f.applied_at > own.applied_at
                and (exists (select from import_before o
                              where (o.municipality_code, o.import_id, o.resident_id)
                                  = (b.municipality_code, ${importId}, b.resident_id))
                     or exists (select from resident r
                                 where (r.municipality_code, r.id, r.made_by_import)
                                     = (b.municipality_code, b.resident_id, ${importId})))) as are`
  if (found!.are) throw hasFollowers()
}

async function changedResidents(tx: Tx, { municipalityCode, importId }: Of): Promise<string[]> {
  const rows = await tx<{ residentId: string }[]>`
    select distinct resident_id as "residentId" from import_before
     where municipality_code = ${municipalityCode} and import_id = ${importId}`
  return rows.map(({ residentId }) => residentId)
}

/** One for each who is changed back; one for those whom the import brought, as a whole. */
async function lookAt(tx: Tx, { municipalityCode }: Of, changed: string[]): Promise<void> {
  await look(tx, [{ municipalityCode, fields: ['registerEvents'] }])
  for (let from = 0; from < changed.length; from += looksAtOnce) {
    const some = changed.slice(from, from + looksAtOnce)
    await look(
      tx,
      some.map((residentId) => ({ municipalityCode, residentId, fields: ['registerEvents'] })),
    )
  }
}

/** Whose residences are no longer the ones they were. */
async function putBack(tx: Tx, { municipalityCode, importId }: Of): Promise<string[]> {
  await tx`
    update person p
       set name = b.name, kana = b.kana, born_on = b.born_on, mail = b.mail,
           told_check = b.told_check, row_digest = b.row_digest, desk_index = b.desk_index,
           identity_born = b.identity_born, identity_names = b.identity_names
      from import_before b
     where b.municipality_code = ${municipalityCode} and b.import_id = ${importId}
       and b.part = 'person'
       and (p.municipality_code, p.resident_id) = (b.municipality_code, b.resident_id)`
  const residences = await tx<{ residentId: string }[]>`
    delete from residence a using import_before b
     where b.municipality_code = ${municipalityCode} and b.import_id = ${importId}
       and b.part = 'residence' and b.was_new
       and (a.municipality_code, a.resident_id, a.from_on)
         = (b.municipality_code, b.resident_id, b.on_day)
    returning a.resident_id as "residentId"`
  await tx`
    update residence a set address = b.address, told_check = b.told_check
      from import_before b
     where b.municipality_code = ${municipalityCode} and b.import_id = ${importId}
       and b.part = 'residence' and not b.was_new
       and (a.municipality_code, a.resident_id, a.from_on)
         = (b.municipality_code, b.resident_id, b.on_day)`
  await tx`
    delete from household_member m using import_before b
     where b.municipality_code = ${municipalityCode} and b.import_id = ${importId}
       and b.part = 'household' and b.was_new
       and (m.municipality_code, m.resident_id, m.from_on)
         = (b.municipality_code, b.resident_id, b.on_day)`
  await tx`
    update household_member m set household = b.household
      from import_before b
     where b.municipality_code = ${municipalityCode} and b.import_id = ${importId}
       and b.part = 'household' and not b.was_new
       and (m.municipality_code, m.resident_id, m.from_on)
         = (b.municipality_code, b.resident_id, b.on_day)`
  return residences.map(({ residentId }) => residentId)
}

/** Facility and priority group, whatever a later wave made of them. */
async function putBackGroups(tx: Tx, { municipalityCode, importId }: Of): Promise<void> {
  await tx`
    delete from resident_group g using import_before b
     where b.municipality_code = ${municipalityCode} and b.import_id = ${importId}
       and b.part = 'groups' and b.was_new
       and (g.municipality_code, g.resident_id) = (b.municipality_code, b.resident_id)`
  await tx`
    insert into resident_group as g (municipality_code, resident_id, facility_code, priority_group)
    select b.municipality_code, b.resident_id, b.facility_code, b.priority_group
      from import_before b
     where b.municipality_code = ${municipalityCode} and b.import_id = ${importId}
       and b.part = 'groups' and not b.was_new
    on conflict (municipality_code, resident_id) do update
      set facility_code = excluded.facility_code, priority_group = excluded.priority_group,
          told_at = now()
      where (g.facility_code, g.priority_group)
            is distinct from (excluded.facility_code, excluded.priority_group)`
}

/** The questions that nobody answered yet: whether a newcomer is somebody who had left. */
async function endQuestions(tx: Tx, { municipalityCode, importId }: Of): Promise<void> {
  await tx`
    delete from task t using resident r, person p, person o
     where r.municipality_code = ${municipalityCode} and r.made_by_import = ${importId}
       and (p.municipality_code, p.resident_id) = (r.municipality_code, r.id)
       and o.municipality_code = p.municipality_code and o.desk_index = p.desk_index
       and o.resident_id <> p.resident_id
       and t.municipality_code = p.municipality_code and t.kind = 'possiblySamePerson'
       and t.occasion = md5(least(p.resident_id, o.resident_id)::text
                            || greatest(p.resident_id, o.resident_id)::text)::uuid
       and (t.done_at is null or t.done_by = 'system')`
}

/** Whom the import brought. What refers to them, a ticket or a course, keeps them: by its foreign key. */
async function takeAway(tx: Tx, { municipalityCode, importId }: Of): Promise<number> {
  await endQuestions(tx, { municipalityCode, importId })
  const brought = tx`
    (select id from resident
      where municipality_code = ${municipalityCode} and made_by_import = ${importId})`
  await inTowns(tx, { municipalityCode, purpose: 'manageRegister' }, async () => {
    await tx`
      delete from resident_group
       where municipality_code = ${municipalityCode} and resident_id in ${brought}`
  })
  for (const table of ['household_member', 'residence', 'person', 'my_number', 'resident_key']) {
    await tx`
      delete from ${tx(table)}
       where municipality_code = ${municipalityCode} and resident_id in ${brought}`
  }
  try {
    const gone = await tx`
      delete from resident
       where municipality_code = ${municipalityCode} and made_by_import = ${importId}`
    return gone.count
  } catch (error) {
    const isReferred = error instanceof postgres.PostgresError && error.code === foreignKeyViolation
    throw isReferred ? hasFollowers() : error
  }
}
