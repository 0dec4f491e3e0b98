import { randomUUID } from 'node:crypto'
import type postgres from 'postgres'
import { grantProgram } from '../../auth/grants.ts'
import type { Sql, Tx } from '../../db/client.ts'
import { publishPlans } from '../../db/oversight/plan.ts'
import { newestPlan } from '../../db/oversight/plan-text.ts'
import { hexOf } from '../../db/people/blind.ts'
import { placeOf } from '../../db/people/places.ts'
import { writePeople } from '../../db/people/write.ts'
import type { PlainDate } from '../../domain/course.ts'
import { type FieldKeys, seal, type Vault } from '../../vault/vault.ts'

export const benchTown = '131041'
export const benchVenue = '1310400018'

const today = '2021-04-01' as PlainDate
const batch = 1_000

/** By number: whose sheet it is, and by what it is found. */
export type Sheets = Map<string, { residentId: string; ticketIndex: Uint8Array }>

/**
 * A town of made-up residents with tickets 1..n, sealed as a register's are. Nobody is opened for it, so
 * that the ledger stays empty. Loading is not what is measured.
 */
export async function seedResidents(
  sql: postgres.Sql,
  vault: Vault,
  count: number,
): Promise<Sheets> {
  await sql`insert into municipality (code, prefecture, name, kana)
            values (${benchTown}, '見本県', '見本市', 'みほんし')`
  await sql`insert into municipality_setting (municipality_code, office_ja, office_en, phone, postcode, address)
            values (${benchTown}, '接種担当課', 'Vaccination office', '000-000-0000', '0000000', '見本町1番')`
  await sql`insert into venue (code, municipality_code, name) values (${benchVenue}, ${benchTown}, '見本会場')`
  await sql`insert into lot (product_code, lot_number) values ('pfizer', 'BENCH1')`
  await acceptPlan(sql)
  const sheets: Sheets = new Map()
  for (let from = 1; from <= count; from += batch) {
    const numbers = Array.from({ length: Math.min(batch, count - from + 1) }, (_, i) => from + i)
    await seedBatch(sql, vault, numbers, sheets)
  }
  await sql`vacuum analyze`
  return sheets
}

/** Without the town's answer to the supervisory plan no wave opens. */
async function acceptPlan(sql: postgres.Sql): Promise<void> {
  await publishPlans(sql as unknown as Sql)
  const administrator = randomUUID()
  await sql`insert into account (id, login, role, office, disabled_at)
            values (${administrator}, 'bench', 'municipalAdministrator', ${benchTown}, now())`
  await sql`insert into plan_answer (municipality_code, version, answer, answered_by)
            values (${benchTown}, ${newestPlan().version}, 'accepts', ${administrator})`
}

/** A program that may do what the bench does. */
export function grantBench(sql: postgres.Sql, token: string): Promise<void> {
  const may = { mayRecordScans: true, mayManageRegister: true }
  return grantProgram(sql as unknown as Sql, { name: 'bench', token, ...may })
}

export function ticketNumber(n: number): string {
  return String(n).padStart(10, '0')
}

async function seedBatch(
  sql: postgres.Sql,
  vault: Vault,
  numbers: number[],
  sheets: Sheets,
): Promise<void> {
  const made = new Map<string, FieldKeys>()
  // The keys of new people seal their tickets too.
  const keeping: Vault = {
    ...vault,
    createKeys: async (code, ids) => {
      const keys = await vault.createKeys(code, ids)
      for (const [id, { fieldKeys }] of keys) made.set(id, fieldKeys)
      return keys
    },
  }
  const indexes = await vault.index(benchTown, 'ticket', numbers.map(ticketNumber))
  await sql.begin(async (tx) => {
    const people = numbers.map(personOf)
    const written = await writePeople(tx as unknown as Tx, keeping, benchTown, people, today)
    const rows = numbers.map((n, i) => {
      const { residentId } = written[i]!
      const ticketIndex = indexes[i]!
      sheets.set(ticketNumber(n), { residentId, ticketIndex })
      const row = { municipalityCode: benchTown, residentId }
      const place = placeOf('ticketNumber', row, hexOf(ticketIndex))
      const sealed = seal(made.get(residentId)!, place, ticketNumber(n))
      return { resident: residentId, index: hexOf(ticketIndex), number: hexOf(sealed) }
    })
    await tx`
      insert into ticket (municipality_code, number_index, number, resident_id, issued_on, recorded_on)
      select ${benchTown}, decode(t.index, 'hex'), decode(t.number, 'hex'), t.resident, ${today}, ${today}
        from json_to_recordset(${JSON.stringify(rows)}::text::json)
          as t("index" text, number text, resident uuid)`
  })
}

function personOf(n: number) {
  return {
    registerNumber: `R${n}`,
    name: { family: '見本', given: `太郎${n}`, kana: 'ミホン タロウ' },
    bornOn: `${1930 + (n % 60)}-05-05` as PlainDate,
    residence: { fromOn: '2010-04-01' as PlainDate, postcode: '1600000', address: '見本町1番' },
  }
}
