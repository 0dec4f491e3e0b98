import type { Sql } from '../client.ts'

/**
 * The birth date of the resident row `alias`, as an SQL expression. A scan needs it for the product's
 * age line and the statistics band on the day of the dose, and shows it to nobody.
 */
export function bornOnOf(sql: Sql, alias: 'r') {
  return sql`(select person.born_on from person
               where person.municipality_code = ${sql(alias)}.municipality_code
                 and person.resident_id = ${sql(alias)}.id)`
}
