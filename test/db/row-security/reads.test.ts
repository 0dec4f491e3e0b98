// T12, T20: what each role sees of each table about people, with and without purpose and town.

import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connect, type Scope, withPurpose } from '../../../db/client.ts'
import { namelessPurposes, personPurposes } from '../../../db/purposes.ts'
import { inspectingUrl, type ProcessRole, processRoles } from '../../../db/roles.ts'
import { peopledTown } from '../../support/people-rows.ts'
import { emptyTown, peopleTown, protectedTables } from '../../support/people-tables.ts'
import { type SealedDatabase, sealedDatabase } from '../../support/sealed.ts'

type Rule = { table: string; role: string; command: string; purpose: string; reach: string }

let db: SealedDatabase
let tables: string[]
let rules: Rule[]
beforeAll(async () => {
  db = await sealedDatabase()
  await peopleTown(db)
  tables = (await protectedTables(db.sql)).filter((name) => name !== 'ledger_inbox')
  rules = await db.sql<Rule[]>`
    select table_name as "table", role_name as role, command, purpose, reach from purpose_rule`
})
afterAll(() => db.drop())

type Named = { purpose?: string; town?: string }

/** How many rows a role sees in one transaction; none where it lacks the grant. */
async function seen(sql: postgres.Sql, table: string, { purpose, town }: Named): Promise<number> {
  try {
    return (await sql.begin(async (tx) => {
      if (purpose) await tx`select set_config('sesshu.purpose', ${purpose}, true)`
      if (town) await tx`select set_config('sesshu.municipality', ${town}, true)`
      const [row] = await tx<{ n: number }[]>`select count(*)::int as n from ${tx(table)}`
      return row!.n
    })) as number
  } catch (error) {
    if ((error as { code?: string }).code === '42501') return 0
    throw error
  }
}

async function asRole<T>(url: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  try {
    return await work(sql)
  } finally {
    await sql.end({ timeout: 1 })
  }
}

/** Whose only business the ledger is: these name no purpose. */
const ownBusiness = (role: string, table: string) =>
  rules.some((rule) => rule.role === role && rule.table === table && rule.purpose === '*')

const readRule = (role: string, table: string, purpose: string) =>
  rules.find(
    (rule) =>
      rule.role === role &&
      rule.table === table &&
      rule.purpose === purpose &&
      rule.command === 'select',
  )

/** The purposes for which a role sees a table's rows, but only those of a town. */
const inTownOnly = (role: string, table: string) =>
  rules
    .filter((rule) => rule.role === role && rule.table === table && rule.reach === 'town')
    .filter((rule) => rule.command === 'select')
    .map((rule) => rule.purpose)

test('there is something to see in every table', async () => {
  for (const table of tables) {
    const [row] = await db.sql<{ n: number }[]>`select count(*)::int as n from ${db.sql(table)}`
    expect([table, row!.n > 0]).toEqual([table, true])
  }
})

describe.each(processRoles)('T12: as %s', (role: ProcessRole) => {
  test('nothing is seen without a purpose, with a wrong one, or without a town', async () => {
    await asRole(db.urls[role], async (sql) => {
      for (const table of tables.filter((name) => !ownBusiness(role, name))) {
        const counts = [
          await seen(sql, table, {}),
          await seen(sql, table, { town: peopledTown }),
          await seen(sql, table, { town: peopledTown, purpose: 'curiosity' }),
          // After a transaction that named them, both are '' in the session, not unset.
          await seen(sql, table, {}),
        ]
        for (const purpose of inTownOnly(role, table)) {
          counts.push(await seen(sql, table, { purpose }))
        }
        expect([table, ...new Set(counts)]).toEqual([table, 0])
      }
    })
  })

  test('each purpose shows its own tables, in the towns named and in no other', async () => {
    await asRole(db.urls[role], async (sql) => {
      for (const purpose of [...personPurposes, ...namelessPurposes]) {
        for (const table of tables.filter((name) => !ownBusiness(role, name))) {
          const rule = readRule(role, table, purpose)
          const here = await seen(sql, table, { purpose, town: peopledTown })
          const elsewhere = await seen(sql, table, { purpose, town: emptyTown })
          const isSeen = rule !== undefined && (await rowsOf(table)) > 0
          expect([purpose, table, here > 0, elsewhere > 0]).toEqual([
            purpose,
            table,
            isSeen,
            isSeen && rule.reach === 'any',
          ])
        }
      }
    })
  })
})

async function rowsOf(table: string): Promise<number> {
  const [row] = await db.sql<{ n: number }[]>`select count(*)::int as n from ${db.sql(table)}`
  return row!.n
}

test('across towns is read what names nobody, and nothing else', () => {
  const across = rules
    .filter(
      ({ reach, command, role }) => reach === 'any' && command === 'select' && isProcess(role),
    )
    .map(({ role, table, purpose }) => `${role} ${table} ${purpose}`)
    .sort()
  expect(across).toEqual([
    // random ids, and how much of each its workflow has heard
    'sesshu_api import_run tellImports',
    // counts of open alarms for whoever runs the system
    'sesshu_api monitor_alarm operate',
    'sesshu_api outbox manageRegister',
    'sesshu_api outbox openWave',
    'sesshu_api outbox operate',
    'sesshu_api outbox recordDose',
    'sesshu_api outbox registerStay',
    'sesshu_api outbox settleMove',
    'sesshu_api outbox showCourse',
    // what a stick claims that nobody could prove belongs to no town yet
    'sesshu_api stick_refusal runImport',
    'sesshu_authority access_ledger *',
    'sesshu_import import_run tellImports',
    'sesshu_import outbox manageRegister',
    'sesshu_import outbox recordDose',
    'sesshu_import outbox settleMove',
    // whose stick it is follows from the key that signed it
    'sesshu_import stick_key runImport',
    'sesshu_import stick_refusal runImport',
    'sesshu_keyd access_ledger *',
    // its ids and the sheet's index alone: a dose may lie in the town that its person moved to
    'sesshu_keyd dose erase',
    'sesshu_keyd ledger_inbox *',
    'sesshu_keyd outbox erase',
    'sesshu_keyd person_link erase',
    'sesshu_keyd resident_key *',
    // the sheet's index alone: the venue where it came back late may be another town's
    'sesshu_keyd scan_conflict erase',
    // which row of a town of stay, and which of the register's town
    'sesshu_keyd stay_consent erase',
    'sesshu_monitor course reconcile',
    // the watch reckons for everybody what is owed, from random ids, days and codes; nothing sealed, no key
    'sesshu_monitor course watchNotices',
    'sesshu_monitor course_link watchNotices',
    'sesshu_monitor dose watchNotices',
    'sesshu_monitor dose_change watchNotices',
    'sesshu_monitor finding watchNotices',
    'sesshu_monitor forwarding_address watchNotices',
    'sesshu_monitor household_member watchNotices',
    'sesshu_monitor letter_refusal watchNotices',
    'sesshu_monitor mail_address watchNotices',
    'sesshu_monitor mail_bounce watchNotices',
    'sesshu_monitor manual_notice watchNotices',
    'sesshu_monitor monitor_alarm watchNotices',
    'sesshu_monitor notice watchNotices',
    'sesshu_monitor notice_attempt watchNotices',
    'sesshu_monitor notice_debt watchNotices',
    'sesshu_monitor notice_departure watchNotices',
    'sesshu_monitor outbox reconcile',
    'sesshu_monitor protection watchNotices',
    'sesshu_monitor register_event watchNotices',
    'sesshu_monitor residence watchNotices',
    'sesshu_monitor resident watchNotices',
    'sesshu_monitor resident_message watchNotices',
    'sesshu_monitor returned_letter watchNotices',
    'sesshu_monitor screening watchNotices',
    'sesshu_monitor stay_consent watchNotices',
    'sesshu_monitor task watchNotices',
    'sesshu_monitor ticket watchNotices',
    'sesshu_relay course deliverNews',
    'sesshu_relay outbox deliverNews',
    'sesshu_sealer access_ledger *',
    'sesshu_sealer ledger_inbox *',
    // retention goes by age, and by columns that say no more than it
    'sesshu_worker contact_phone retain',
    'sesshu_worker follow_up_call retain',
    'sesshu_worker forwarding_address retain',
    'sesshu_worker import_before retain',
    'sesshu_worker import_file retain',
    'sesshu_worker import_note retain',
    'sesshu_worker keying_batch retain',
    'sesshu_worker keying_slip retain',
    'sesshu_worker letter_code retain',
    'sesshu_worker letter_content retain',
    'sesshu_worker letter_refusal retain',
    'sesshu_worker mail_address claimMail',
    'sesshu_worker mail_bounce claimMail',
    'sesshu_worker mail_bounce retain',
    'sesshu_worker mail_link retain',
    'sesshu_worker monitor_alarm retain',
    'sesshu_worker notice_attempt claimMail',
    'sesshu_worker notice_attempt retain',
    'sesshu_worker notice_debt retain',
    'sesshu_worker notice_departure retain',
    'sesshu_worker outbox retain',
    'sesshu_worker outbox sendNotice',
    'sesshu_worker paper_form retain',
    'sesshu_worker resident_key retain',
    'sesshu_worker resident_message retain',
    'sesshu_worker resident_session retain',
    'sesshu_worker returned_letter retain',
    'sesshu_worker scan retain',
    'sesshu_worker scan_conflict retain',
    'sesshu_worker ticketless_dose retain',
  ])
})

const isProcess = (role: string) => (processRoles as readonly string[]).includes(role)

test('of a course the relay cannot ask whose it is', async () => {
  await asRole(db.urls.sesshu_relay, async (sql) => {
    await expect(sql`select home_resident_id from course`).rejects.toMatchObject({ code: '42501' })
    await expect(sql`select * from course`).rejects.toMatchObject({ code: '42501' })
  })
})

test('of a course the watch sees a random id, and nothing that was sealed of the person', async () => {
  await asRole(db.urls.sesshu_monitor, async (sql) => {
    for (const sealed of ['person', 'residence', 'resident_key', 'my_number', 'mail_address']) {
      await expect(sql`select * from ${sql(sealed)}`).rejects.toMatchObject({ code: '42501' })
    }
    await expect(sql`select number from ticket`).rejects.toMatchObject({ code: '42501' })
    await expect(sql`select * from course`).rejects.toMatchObject({ code: '42501' })
  })
})

test('the state’s role sees no person and no key, whatever it names', async () => {
  await asRole(db.urls.sesshu_statistics, async (sql) => {
    for (const purpose of ['', ...personPurposes, ...namelessPurposes, 'migrate', 'inspect']) {
      for (const table of tables) {
        expect([table, await seen(sql, table, { purpose, town: peopledTown })]).toEqual([table, 0])
      }
    }
  })
})

describe('T20: the owner', () => {
  test('sees nothing without a purpose, though it owns everything', async () => {
    await asRole(db.urls.owner, async (sql) => {
      for (const table of tables) expect([table, await seen(sql, table, {})]).toEqual([table, 0])
    })
  })

  test('reads, and changes nothing, as whoever looks from outside', async () => {
    await asRole(inspectingUrl(db.urls.owner), async (sql) => {
      const [row] = await sql<{ n: number }[]>`select count(*)::int as n from resident`
      expect(row!.n).toBe(await rowsOf('resident'))
      const changed = await sql`update resident set status = status`
      expect(changed.count).toBe(0)
    })
  })

  test('that migrates without a purpose is told that it saw nothing', async () => {
    await asRole(db.urls.owner, async (sql) => {
      const blind = sql.begin(async (tx) => {
        const { count } = await tx`update resident set status = status`
        await tx`select assert_saw('resident', ${count})`
      })
      await expect(blind).rejects.toThrow(/none was seen: name a purpose/)
      await sql.begin(async (tx) => {
        await tx`select set_config('sesshu.purpose', 'migrate', true)`
        const { count } = await tx`update resident set status = status`
        expect(count).toBe(await rowsOf('resident'))
        await tx`select assert_saw('resident', ${count})`
      })
    })
  })
})

describe('T9, T12: writing', () => {
  test('a row of another town, or for another purpose, is refused', async () => {
    await asRole(db.urls.sesshu_api, async (sql) => {
      const insert = (scope: { town: string; purpose: string }) =>
        sql.begin(async (tx) => {
          await tx`select set_config('sesshu.municipality', ${scope.town}, true),
                          set_config('sesshu.purpose', ${scope.purpose}, true)`
          await tx`insert into protection (municipality_code, resident_id, from_on)
                   select municipality_code, id, '2021-05-05' from (values
                     (${peopledTown}, ${await aResidentId()}::uuid)) r (municipality_code, id)`
        })
      await expect(insert({ town: emptyTown, purpose: 'manageRegister' })).rejects.toMatchObject({
        code: '42501',
      })
      await expect(insert({ town: peopledTown, purpose: 'showCourse' })).rejects.toMatchObject({
        code: '42501',
      })
      await insert({ town: peopledTown, purpose: 'manageRegister' })
    })
  })

  test('a row cannot be moved out of the towns in scope', async () => {
    const sql = connect(db.urls.sesshu_api, { name: 'test', max: 1 })
    const scope: Scope = { municipalityCode: peopledTown, purpose: 'settleMove', look: [] }
    const moved = withPurpose(sql, scope, async (tx) => {
      await tx`update notice set municipality_code = ${emptyTown}`
    })
    await expect(moved).rejects.toMatchObject({ code: '42501' })
    await sql.end({ timeout: 1 })
  })

  async function aResidentId(): Promise<string> {
    const [row] = await db.sql<{ id: string }[]>`
      select id from resident where municipality_code = ${peopledTown} order by id limit 1`
    return row!.id
  }
})
