/** Sealed rows of new people, through a temporary table into their own, under the policies of each. */
import { pipeline } from 'node:stream/promises'
import type { Tx } from '../client.ts'
import { incomingColumns, type SealedPeople } from './seal-many.ts'

/** One for each transaction; nothing of it outlives the transaction. */
export async function beginIncoming(tx: Tx): Promise<void> {
  await tx.unsafe(
    `create temporary table incoming_person (${incomingColumns.join(', ')}) on commit drop`,
  )
}

/**
 * Inserts people whom the register does not know yet, each with key, person, residence and, where they
 * were told, household and My Number.
 */
export async function insertIncoming(
  tx: Tx,
  municipalityCode: string,
  importId: string,
  people: SealedPeople,
): Promise<void> {
  await tx`truncate incoming_person`
  const copy = await tx`copy incoming_person from stdin (format binary)`.writable()
  await pipeline([people.rows], copy)
  // Sent together: the server goes from one to the next without waiting for us.
  await Promise.all([
    tx`
    insert into resident (municipality_code, id, register_number, birth_year_check, born_on_check,
                          age_class, age_class_on, older_from, is_minor, made_by_import)
    select ${municipalityCode}, id, register_number, birth_year_check, born_on_check, age_class,
           age_class_on, older_from, is_minor, ${importId} from incoming_person`,
    tx`
    insert into resident_key (municipality_code, resident_id, key_version, dek_version, wrapped)
    select ${municipalityCode}, id, key_version, dek_version, wrapped from incoming_person`,
    tx`
    insert into person (municipality_code, resident_id, name, kana, born_on, mail, told_check,
                        row_digest, desk_index, identity_born, identity_names)
    select ${municipalityCode}, id, name, kana, born_on, mail, told_check, row_digest, desk_index,
           identity_born, identity_names from incoming_person`,
    tx`
    insert into residence (municipality_code, resident_id, from_on, address, told_check)
    select ${municipalityCode}, id, from_on, address, residence_check from incoming_person`,
    people.hasHouseholds &&
      tx`
    insert into household_member (municipality_code, resident_id, from_on, household)
    select ${municipalityCode}, id, from_on, household from incoming_person
     where household is not null`,
    people.hasMyNumbers &&
      tx`
    insert into my_number (municipality_code, resident_id, sealed, hmac)
    select ${municipalityCode}, id, my_number, my_number_index from incoming_person
     where my_number is not null`,
  ])
}
