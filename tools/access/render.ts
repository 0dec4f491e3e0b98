/** Who can read what, in words, from a migrated database's own rules and grants. */
import type { Sql } from '../../db/client.ts'

type Rule = { table: string; role: string; command: string; purpose: string; reach: string }
type Grant = { table: string; role: string; columns: string[]; of: number }
type Crossing = { name: string; result: string; callers: string[] }

/** The whole of docs/who-can-read-what.md. */
export async function renderAccess(sql: Sql): Promise<string> {
  const rules = await readRules(sql)
  const grants = await readGrants(sql)
  const tables = [...new Set(rules.map(({ table }) => table))].sort()
  const open = grants.filter(({ table }) => !tables.includes(table))
  return [
    '# Who can read what',
    '',
    'Generated from the database by `npx tsx tools/access/write.ts`; a test fails when it is out of date.',
    'Why it is so: [ADR 13](adr/0013-purpose-bound-reads.md). Each path and its look: [read-paths.md](read-paths.md).',
    '',
    'A row is seen by a role that has the table, for a purpose that is its own, in the towns that the',
    'transaction names (`town`), or in all (`all`): of those, no column says who somebody is. Purpose `*`:',
    'the role has no other business. `sesshu_owner` is nobody’s process: `migrate` is for migrations,',
    '`inspect` for looking at a database from outside.',
    '',
    '## Tables with rows about people',
    '',
    ...tables.flatMap((table) => tableSection(table, rules, grants)),
    '## Functions that see across towns',
    '',
    'They run as `sesshu_definer`, which nobody connects as. Whoever calls one gets these columns and no',
    'others; each looks at purpose and towns itself.',
    '',
    '| function | called by | answers |',
    '|---|---|---|',
    ...(await readCrossings(sql)).map(
      ({ name, callers, result }) => `| \`${name}\` | ${callers.join(', ')} | ${result} |`,
    ),
    '',
    'Of these tables `sesshu_definer` reads these columns, for all towns:',
    '',
    '| table | columns |',
    '|---|---|',
    ...grants
      .filter(({ role, table }) => role === 'sesshu_definer' && tables.includes(table))
      .map(({ table, ...grant }) => `| ${table} | ${columnWords(grant)} |`),
    '',
    '## Tables without people',
    '',
    '| table | read by |',
    '|---|---|',
    ...[...new Set(open.map(({ table }) => table))].sort().map((table) => {
      const roles = open.filter((grant) => grant.table === table).map(({ role }) => short(role))
      return `| ${table} | ${roles.sort().join(', ')} |`
    }),
    '',
  ].join('\n')
}

function tableSection(table: string, rules: Rule[], grants: Grant[]): string[] {
  const own = rules.filter((rule) => rule.table === table && rule.role !== 'sesshu_definer')
  const lines = [...new Set(own.map(({ role, purpose }) => `${role} ${purpose}`))].sort()
  return [
    `### ${table}`,
    '',
    '| role | purpose | rows | may | reads |',
    '|---|---|---|---|---|',
    ...lines.map((line) => {
      const [role, purpose] = line.split(' ') as [string, string]
      const mine = own.filter((rule) => rule.role === role && rule.purpose === purpose)
      const grant = grants.find((one) => one.table === table && one.role === role)
      const commands = commandOrder.filter((name) => mine.some(({ command }) => command === name))
      const reads = commands.includes('select') ? columnWords(grant) : '–'
      const rows = mine[0]!.reach === 'any' ? 'all' : 'town'
      return `| ${short(role)} | ${purpose} | ${rows} | ${commands.join(', ')} | ${reads} |`
    }),
    '',
  ]
}

const commandOrder = ['select', 'insert', 'update', 'delete']

function columnWords(grant: Pick<Grant, 'columns' | 'of'> | undefined): string {
  if (!grant) return 'nothing (not granted)'
  return grant.columns.length === grant.of ? 'all columns' : grant.columns.join(', ')
}

function short(role: string): string {
  return role.replace(/^sesshu_/, '')
}

async function readRules(sql: Sql): Promise<Rule[]> {
  return sql<Rule[]>`
    select table_name as "table", role_name as role, command, purpose, reach from purpose_rule
     order by table_name, role_name, purpose, command`
}

/** The owner's grants are its ownership: all columns. */
async function readGrants(sql: Sql): Promise<Grant[]> {
  return sql<Grant[]>`
    select c.relname::text as "table", r.rolname::text as role,
           array_agg(a.attname::text order by a.attnum) as columns,
           (select count(*)::int from pg_attribute b
             where b.attrelid = c.oid and b.attnum > 0 and not b.attisdropped) as of
      from pg_class c
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      join pg_roles r on r.rolname like 'sesshu\\_%'
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
       and has_column_privilege(r.oid, c.oid, a.attnum, 'select')
     group by c.oid, c.relname, r.rolname
     order by c.relname, r.rolname`
}

async function readCrossings(sql: Sql): Promise<Crossing[]> {
  return sql<Crossing[]>`
    select p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' as name,
           regexp_replace(pg_get_function_result(p.oid), '^TABLE', '') as result,
           array(select regexp_replace(r.rolname, '^sesshu_', '') from pg_roles r
                  where r.rolname like 'sesshu\\_%' and r.rolname <> 'sesshu_definer'
                    and has_function_privilege(r.oid, p.oid, 'execute') order by 1) as callers
      from pg_proc p
     where p.pronamespace = 'public'::regnamespace and p.prosecdef order by 1`
}
