/** Who may read and write what, as the database's own rules and grants say. */
import type { Sql, Tx } from '../client.ts'

export type Access = {
  table: string
  role: string
  /** Empty for a table without row security. */
  purpose: string
  /** Rows of the towns that a transaction names, or of all. */
  reach: 'town' | 'any' | 'open'
  commands: string[]
  /** That may be read; null for all of them. */
  columns: string[] | null
}

type Rule = {
  table: string
  role: string
  purpose: string
  reach: 'town' | 'any'
  commands: string[]
}
type Grant = { table: string; role: string; commands: string[]; columns: string[]; of: number }

const order = ['select', 'insert', 'update', 'delete']

/** A line for each table, role and purpose. The owner of the tables, who is no process, is left out. */
export async function readAccess(sql: Sql | Tx): Promise<Access[]> {
  const rules = await readRules(sql)
  const grants = await readGrants(sql)
  const ruled = new Set(rules.map(({ table }) => table))
  const grantOf = (rule: Rule) =>
    grants.find(({ table, role }) => table === rule.table && role === rule.role)
  const underRules = rules.map(({ table, role, purpose, reach, commands }) => ({
    ...{ table, role, purpose, reach, commands: inOrder(commands) },
    columns: columnsOf(grantOf({ table, role, purpose, reach, commands })),
  }))
  const open = grants
    .filter(({ table }) => !ruled.has(table))
    .map((grant) => ({
      ...{ table: grant.table, role: grant.role, purpose: '', reach: 'open' as const },
      commands: inOrder(grant.commands),
      columns: columnsOf(grant),
    }))
  return [...underRules, ...open].sort((a, b) => keyOf(a).localeCompare(keyOf(b), 'en'))
}

const keyOf = ({ table, role, purpose }: Access) => `${table} ${role} ${purpose}`

function inOrder(commands: string[]): string[] {
  return order.filter((command) => commands.includes(command))
}

function columnsOf(grant: Grant | undefined): string[] | null {
  if (!grant) return []
  return grant.columns.length === grant.of ? null : grant.columns
}

async function readRules(sql: Sql | Tx): Promise<Rule[]> {
  return sql<Rule[]>`
    select table_name as "table", role_name as role, purpose, min(reach) as reach,
           array_agg(command) as commands
      from purpose_rule where role_name <> (
             select tableowner from pg_tables where schemaname = 'public' and tablename = 'purpose_rule')
     group by table_name, role_name, purpose`
}

async function readGrants(sql: Sql | Tx): Promise<Grant[]> {
  return sql<Grant[]>`
    select c.relname::text as "table", r.rolname::text as role,
           array(select lower(p) from unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE']) p
                  where has_table_privilege(r.oid, c.oid, p)
                     or (p <> 'DELETE' and has_any_column_privilege(r.oid, c.oid, p))) as commands,
           coalesce(array_agg(a.attname::text order by a.attnum)
             filter (where has_column_privilege(r.oid, c.oid, a.attnum, 'select')), '{}') as columns,
           count(*)::int as of
      from pg_class c
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      join pg_roles r on r.rolname like 'sesshu\\_%' and r.oid <> c.relowner
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
       and (has_any_column_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE')
            or has_table_privilege(r.oid, c.oid, 'DELETE'))
     group by c.oid, c.relname, r.oid, r.rolname`
}

export type Crossing = { name: string; callers: string[]; columns: string[] }

/** The functions that see across towns: who may call each, and the columns that it answers. */
export async function readCrossings(sql: Sql | Tx): Promise<Crossing[]> {
  return sql<Crossing[]>`
    select p.proname::text as name,
           array(select r.rolname::text from pg_roles r
                  where r.rolname like 'sesshu\\_%' and r.oid <> p.proowner
                    and not pg_has_role(r.oid, p.proowner, 'member')
                    and has_function_privilege(r.oid, p.oid, 'execute') order by 1) as callers,
           coalesce((select array_agg(n order by o) from unnest(p.proargnames, p.proargmodes)
                       with ordinality as x (n, m, o) where m in ('t', 'o')), '{}') as columns
      from pg_proc p
     where p.pronamespace = 'public'::regnamespace and p.prosecdef order by 1`
}
