/** What the tests of row security know of the tables: which hold people, and a town with a row in each. */
import { randomUUID } from 'node:crypto'
import type postgres from 'postgres'
import { addRowsThatOnlyWorkersWrite } from './people-rows.ts'
import {
  movedIn,
  openRegister,
  openVenue,
  residentOf,
  scanOf,
  sheetOf,
  somebody,
  told,
  towns,
} from './register.ts'
import type { SealedDatabase } from './sealed.ts'

/** Named one by one: no row of these is about a resident. */
export const tablesWithoutPeople = [
  'account',
  'account_session',
  'approval',
  'approval_kind',
  'batch_mark',
  'break_glass',
  'break_glass_review',
  'clock_segment',
  'cohort_run',
  'control_outcome',
  'control_run',
  'cost_quantity',
  'cost_total',
  'device',
  'device_enrolment',
  'device_token',
  'doses_by_home_prefecture',
  'doses_by_issuing_prefecture',
  'doses_by_venue',
  'file_profile',
  'import_minute',
  'import_press',
  'import_run',
  'incident',
  'incident_report',
  'keyd_head',
  'ledger_drained',
  'ledger_head',
  'ledger_log',
  'letter_batch',
  'letter_code_try',
  'letter_text',
  'letter_reprint',
  'limit_setting',
  'lot',
  'lot_judgement',
  'lot_statement',
  'machine_credential',
  'mail_pace',
  'monitor_count',
  'monitor_grace',
  'monitor_run',
  'monitor_setting',
  'municipality',
  'municipality_grace',
  'municipality_setting',
  'my_number_matches',
  'office_file',
  'oversight_alert',
  'passkey',
  'plan_answer',
  'plan_version',
  'product',
  'published_doses_by_day',
  'purpose_rule',
  'quiet_day',
  'register_print_page',
  'reminder_effect',
  'retention_proof',
  'schema_migration',
  'security_alert',
  'setting_change',
  'sign_in_challenge',
  'stick',
  'stick_file',
  'stick_key',
  'stick_refusal',
  'statistic',
  'statistics_area',
  'statistics_figure',
  'statistics_release',
  'statistics_upkeep',
  'task_kind',
  'town_key',
  'unit_price',
  'ticket_number_range',
  'ticket_run',
  'unkeyed_paper',
  'venue',
  'wave_setting',
]

/** It takes part, and nobody lives there. */
export const emptyTown = towns.C

/** Tables under row security, by the catalogue. */
export async function protectedTables(sql: postgres.Sql): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    select relname::text as name from pg_class
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relrowsecurity
     order by relname`
  return rows.map(({ name }) => name)
}

/** A town in whose every table about people stands at least one row, told over HTTP where it can be. */
export async function peopleTown(db: SealedDatabase): Promise<void> {
  const register = await openRegister(db, '2021-07-01')
  const ada = somebody()
  const bob = somebody()
  await openVenue(register)
  for (const person of [ada, bob])
    await register.post('/residents', { residents: [residentOf(person, 'A')] })
  const sheet = sheetOf(ada, 'A', '2021-04-01')
  await register.post('/tickets', { tickets: [sheet] })
  await register.post('/scans', scanOf(sheet, 1, '2021-06-09'))
  // Far too early: a finding.
  await register.post('/scans', scanOf(sheet, 2, '2021-06-11'))
  const screened = { ...scanOf(sheet, 1, '2021-06-10') }
  await register.post('/scans', { ...screened, line: screened.line.replace(/^2/, '1') })
  await register.post('/protections', told(bob, 'A', { from: '2021-01-01' }))
  await register.post('/moves', movedIn(bob, 'A', undefined, '2021-06-01'))
  await register.post('/waves', {
    waveId: randomUUID(),
    municipalityCode: towns.A,
    bornOnOrBefore: '1957-04-01',
  })
  await register.close()
  await addRowsThatOnlyWorkersWrite(db.sql)
}
