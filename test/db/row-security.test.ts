// The catalogue: no table about people without row security, no function past it that is not named.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DEFINER_ROLE, processRoles } from '../../db/roles.ts'
import { freshDatabase, type TestDatabase } from '../support/db.ts'
import { tablesWithoutPeople } from '../support/people-tables.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await freshDatabase()
})
afterAll(() => db.drop())

/** Tables that anybody with a grant reads whole, though nobody has said that they name no one. */
async function openTables(): Promise<string[]> {
  const rows = await db.sql<{ name: string }[]>`
    select c.relname::text as name from pg_class c
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f')
       and not (c.relrowsecurity and c.relforcerowsecurity
                and exists (select from pg_policy p where p.polrelid = c.oid))
     order by 1`
  return rows.map(({ name }) => name).filter((name) => !tablesWithoutPeople.includes(name))
}

describe('T20: every table', () => {
  test('is on the list of tables without people, or has forced row security and policies', async () => {
    expect(await openTables()).toEqual([])
  })

  test('that is new is found', async () => {
    await db.sql`create table stray (resident_id uuid)`
    expect(await openTables()).toEqual(['stray'])
    await db.sql`alter table stray enable row level security`
    expect(await openTables()).toEqual(['stray'])
    await db.sql`drop table stray`
  })

  test('on the list has no column that says whose row it is', async () => {
    const rows = await db.sql`
      select table_name, column_name from information_schema.columns
       where table_name = any (${tablesWithoutPeople})
         and column_name ~ '^(home_)?(resident|course|person)_id$'`
    expect(rows).toHaveLength(0)
  })

  test('with people has unique keys that begin with the town, or with a random id', async () => {
    const rows = await db.sql<{ name: string }[]>`
      select i.indexrelid::regclass::text as name
        from pg_index i
        join pg_class c on c.oid = i.indrelid and c.relrowsecurity
         and c.relnamespace = 'public'::regnamespace
        join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
       where i.indisunique and a.attname <> all (array['municipality_code', 'home_municipality_code'])
         and not (a.atttypid = 'uuid'::regtype and a.attname in ('id', 'course_id', 'link_id'))
       order by 1`
    // The ledger is one for the whole system: a row's place in it says nothing of anybody. Public keys of
    // towns and digests of their manifests say nothing of anybody either.
    expect(rows.map(({ name }) => name)).toEqual([
      'access_ledger_pkey',
      // of random ids, and of a mail's file by its number
      'monitor_alarm_kind_course_id_notice_kind_occasion_round_abo_key',
      'notice_departure_pkey',
      'stick_key_public_key_key',
      'stick_manifest_sha256_key',
      'stick_refusal_manifest_sha256_code_key',
    ])
  })
})

describe('every policy', () => {
  test('is one role’s, permissive, and follows from the rules', async () => {
    const policies = await db.sql<{ name: string }[]>`
      select tablename || ' ' || policyname || ' ' || lower(cmd) || ' ' || roles::text || ' '
             || permissive as name from pg_policies order by 1`
    const rules = await db.sql<{ name: string }[]>`
      select distinct table_name || ' ' || regexp_replace(role_name, '^sesshu_', '') || '_' || command
             || ' ' || command || ' {' || role_name || '} PERMISSIVE' as name
        from purpose_rule order by 1`
    expect(policies.map(({ name }) => name)).toEqual(rules.map(({ name }) => name))
  })

  test('reads its settings once a statement, not once a row', async () => {
    const sql = db.sql
    const [plan] = await sql.begin(async (tx) => {
      await tx`set local role sesshu_api`
      return tx.unsafe('explain (costs off, format json) select * from dose')
    })
    const text = JSON.stringify(plan)
    expect(text.match(/"Subplan Name":"InitPlan/g)?.length).toBe(2)
    expect(text.replace(/InitPlan.*?"Output"/g, '')).not.toContain('SubPlan')
  })

  test('for people names a purpose: only the ledger’s own processes and counting pass without', async () => {
    const rows = await db.sql<{ what: string }[]>`
      select role_name || ' ' || command || ' ' || table_name as what from purpose_rule
       where purpose = '*' and role_name <> ${DEFINER_ROLE} order by 1`
    const reads = rows
      .map(({ what }) => what)
      .filter((what) => !what.includes('insert ledger_inbox'))
    expect(reads).toEqual([
      'sesshu_authority select access_ledger',
      'sesshu_keyd select access_ledger',
      'sesshu_keyd select ledger_inbox',
      'sesshu_keyd select resident_key',
      'sesshu_keyd update resident_key',
      'sesshu_sealer delete ledger_inbox',
      'sesshu_sealer insert access_ledger',
      'sesshu_sealer select access_ledger',
      'sesshu_sealer select ledger_inbox',
    ])
  })
})

describe('every function that runs as its owner', () => {
  test('is sesshu_definer’s, has a fixed search path, and is not for everybody', async () => {
    const rows = await db.sql<Record<string, unknown>[]>`
      select p.oid::regprocedure::text as function, p.proowner::regrole::text as owner, p.proconfig as config,
             has_function_privilege('public', p.oid, 'execute') as "forEverybody"
        from pg_proc p where p.pronamespace = 'public'::regnamespace and p.prosecdef`
    expect(rows.length).toBeGreaterThan(15)
    for (const { function: name, ...facts } of rows) {
      expect([name, facts]).toEqual([
        name,
        {
          owner: DEFINER_ROLE,
          config: ['search_path=pg_catalog, public'],
          forEverybody: false,
        },
      ])
    }
  })

  test('belongs to a role that nobody connects as or may become', async () => {
    const [role] = await db.sql`
      select rolcanlogin, rolsuper, rolbypassrls, rolinherit, rolcreaterole from pg_roles
       where rolname = ${DEFINER_ROLE}`
    expect(Object.values(role!)).toEqual([false, false, false, false, false])
    const [may] = await db.sql`
      select count(*)::int as n from unnest(${[...processRoles]}::text[]) r
       where pg_has_role(r, ${DEFINER_ROLE}, 'member')`
    expect(may?.n).toBe(0)
    const [owner] = await db.sql`
      select inherit_option from pg_auth_members m
       where roleid = ${DEFINER_ROLE}::regrole and member = 'sesshu_owner'::regrole`
    expect(owner?.inherit_option).toBe(false)
  })

  test('sees no column that says who somebody is, but for the index that keyd matches by', async () => {
    const columns = await db.sql<{ name: string }[]>`
      select table_name || '.' || column_name as name from information_schema.column_privileges
       where grantee = ${DEFINER_ROLE} and table_schema = 'public' and privilege_type = 'SELECT'
       order by 1`
    const names = columns.map(({ name }) => name)
    for (const table of ['person', 'residence', 'letter_content', 'ticket_slip']) {
      expect(names.filter((name) => name.startsWith(`${table}.`))).toEqual([])
    }
    // How many have one that holds, never its number.
    expect(names.filter((name) => name.startsWith('ticket.'))).toEqual([
      'ticket.municipality_code',
      'ticket.resident_id',
      'ticket.revoked_on',
    ])
    const telling =
      /\.(.*name|kana|.*born.*|mail|address|postcode|ticket.*|.*year.*|staff.*|answer|wrapped|sealed|hmac)$/
    expect(names.filter((name) => telling.test(name))).toEqual(['my_number.hmac', 'venue.name'])
  })

  test('writes nothing but looks, and what keyd counts and forgets', async () => {
    const grants = await db.sql<{ name: string }[]>`
      select lower(privilege_type) || ' ' || table_name as name
        from information_schema.table_privileges
       where grantee = ${DEFINER_ROLE} and table_schema = 'public' and privilege_type <> 'SELECT'
       order by 1`
    expect(grants.map(({ name }) => name)).toEqual([
      'delete my_number',
      'delete resident_key',
      'insert ledger_inbox',
      // what the owner of an address says by the link in a mail
      'insert mail_address',
      'insert my_number_matches',
      'update mail_address',
      'update my_number_matches',
    ])
  })
})
