import postgres from 'postgres'
import { isGateShut, openGate } from './backup/gate.ts'

/** The roles that processes connect as. None owns a table, none passes by row security. */
export const processRoles = [
  'sesshu_api',
  'sesshu_worker',
  'sesshu_relay',
  'sesshu_import',
  'sesshu_statistics',
  'sesshu_monitor',
  'sesshu_backup',
  'sesshu_authority',
  'sesshu_keyd',
  'sesshu_sealer',
] as const
export type ProcessRole = (typeof processRoles)[number]

/**
 * Nobody connects as it: owns the few functions that see across towns, passes row security by rules
 * of its own, and is granted no column that says who somebody is.
 */
export const DEFINER_ROLE = 'sesshu_definer'

/** Owns the database and its tables; used by migrations alone. */
export const OWNER_ROLE = 'sesshu_owner'

/** A connection URL per process role, and the owner's. */
export type RoleUrls = { owner: string } & Record<ProcessRole, string>

export type EnsureRolesOptions = {
  /** The kept password of a role, or a new one that is kept from now on. */
  passwordOf(role: string): Promise<string>
}

type Sql = postgres.Sql

const LOGIN_ONLY =
  'login nosuperuser nocreatedb nocreaterole noinherit noreplication nobypassrls connection limit -1'

/** What the backup role may call: our own base backup needs these and nothing else. */
const BACKUP_FUNCTIONS = [
  'pg_backup_start(text, boolean)',
  'pg_backup_stop(boolean)',
  'pg_switch_wal()',
  'pg_create_restore_point(text)',
]

/**
 * Makes the owner, the process roles and the database, or puts them right; safe to repeat.
 * `superuserUrl` must be a superuser's. Grants on tables are the migrations' business.
 */
export async function ensureRoles(
  superuserUrl: string,
  database: string,
  options: EnsureRolesOptions,
): Promise<RoleUrls> {
  const urls: Partial<RoleUrls> = {}
  await withConnection(superuserUrl, async (sql) => {
    for (const role of [OWNER_ROLE, ...processRoles]) {
      const password = await options.passwordOf(role)
      await ensureRole(sql, role, password)
      const key = role === OWNER_ROLE ? 'owner' : (role as ProcessRole)
      urls[key] = urlFor(superuserUrl, { role, password, database })
    }
    await ensureDefiner(sql)
    await sql`grant pg_read_all_stats, pg_read_all_settings to sesshu_monitor with inherit true`
    await sql`grant pg_read_all_settings to sesshu_backup with inherit true`
    await ensureDatabase(sql, database)
  })
  await withConnection(urlFor(superuserUrl, { database }), (sql) => grantDatabase(sql, database))
  return urls as RoleUrls
}

/**
 * The same on a server that others administer, through its database's owner: makes the process
 * roles that are missing. Throws, saying what to run, when the owner may not, or when a role is
 * there whose password this data dir does not know.
 */
export async function ensureExternalRoles(
  ownerUrl: string,
  options: EnsureRolesOptions,
): Promise<void> {
  await withConnection(ownerUrl, async (sql) => {
    for (const role of processRoles) {
      const password = await options.passwordOf(role)
      const [found] = await sql`select 1 from pg_roles where rolname = ${role}`
      if (!found) await createExternalRole(sql, role, password)
      await assertMayConnect(urlFor(ownerUrl, { role, password }), role)
    }
    await ensureExternalDefiner(sql)
  })
}

async function ensureExternalDefiner(sql: Sql): Promise<void> {
  const [found] = await sql<{ maySet: boolean }[]>`
    select pg_has_role(current_user, oid, 'SET') as "maySet" from pg_roles
     where rolname = ${DEFINER_ROLE}`
  if (found?.maySet) return
  try {
    if (!found) await sql.unsafe(`create role ${DEFINER_ROLE} nologin noinherit`)
    await sql.unsafe(`grant ${DEFINER_ROLE} to current_user with inherit false, set true`)
  } catch (error) {
    if (!(error instanceof postgres.PostgresError) || error.code !== '42501') throw error
    throw new Error(
      `The owner in DATABASE_URL may not make the role ${DEFINER_ROLE} or give it functions. Run, ` +
        `as an administrator: CREATE ROLE ${DEFINER_ROLE} NOLOGIN NOINHERIT; GRANT ${DEFINER_ROLE} ` +
        'TO the owner WITH INHERIT FALSE, SET TRUE;',
    )
  }
}

async function createExternalRole(sql: Sql, role: string, password: string): Promise<void> {
  try {
    await sql.unsafe(`create role ${role} login noinherit password ${literal(password)}`)
  } catch (error) {
    if (!(error instanceof postgres.PostgresError) || error.code !== '42501') throw error
    throw new Error(
      `The owner in DATABASE_URL may not make the role ${role}. Run, as an administrator: ` +
        `CREATE ROLE ${role} LOGIN NOINHERIT; with the password of that name in credentials.json.`,
    )
  }
}

async function assertMayConnect(url: string, role: string): Promise<void> {
  try {
    await withConnection(url, (sql) => sql`select 1`)
  } catch (error) {
    throw new Error(
      `${role} cannot connect with the password that credentials.json keeps. Put its password ` +
        `there, or run ALTER ROLE ${role} PASSWORD with the one that is there.`,
      { cause: error },
    )
  }
}

async function ensureRole(sql: Sql, role: string, password: string): Promise<void> {
  const [found] = await sql`select 1 from pg_roles where rolname = ${role}`
  if (!found) {
    await sql.unsafe(`create role ${role}`).catch(ignore('42710', '23505'))
  }
  await sql.unsafe(`alter role ${role} ${LOGIN_ONLY} password ${literal(password)}`)
}

/**
 * A migration gives functions to this role, which takes `set`; by `inherit` the owner of the tables
 * would come under its rules and see every row unasked.
 */
async function ensureDefiner(sql: Sql): Promise<void> {
  const [found] = await sql`select 1 from pg_roles where rolname = ${DEFINER_ROLE}`
  if (!found) await sql.unsafe(`create role ${DEFINER_ROLE}`).catch(ignore('42710', '23505'))
  await sql.unsafe(`alter role ${DEFINER_ROLE} nologin nosuperuser nocreatedb nocreaterole noinherit
                    noreplication nobypassrls`)
  await sql.unsafe(`grant ${DEFINER_ROLE} to ${OWNER_ROLE} with inherit false, set true`)
}

async function ensureDatabase(sql: Sql, database: string): Promise<void> {
  const [found] = await sql`select 1 from pg_database where datname = ${database}`
  if (found) return
  const name = identifier(database)
  await sql
    .unsafe(`create database ${name} owner ${OWNER_ROLE} encoding 'UTF8' template template0`)
    .catch(ignore('42P04'))
}

/**
 * What a database itself grants: its process roles may connect, everybody else may not. A restored one
 * lets keyd alone in, until the erased are taken out of it.
 */
export async function grantDatabase(sql: Sql, database: string): Promise<void> {
  const name = identifier(database)
  const mayConnect = (await isGateShut(sql, database)) ? ['sesshu_keyd'] : processRoles
  await sql.unsafe(`
    revoke all on database ${name} from public;
    grant connect on database ${name} to ${mayConnect.join(', ')};
    grant temporary on database ${name} to sesshu_import;
    grant execute on function ${BACKUP_FUNCTIONS.join(', ')} to sesshu_backup;`)
}

/** Everybody who was erased is gone from a restored database: all roles may connect again. */
export async function admitRoles(superuserUrl: string, database: string): Promise<void> {
  if (!(await openGate(superuserUrl, database))) return
  await withConnection(urlFor(superuserUrl, { database }), (sql) => grantDatabase(sql, database))
}

/**
 * Start-up check of every process: throws when the role it connected as, or any role that it may
 * become, is a superuser, passes by row security, makes roles, or owns a table or a function that
 * runs as its owner, because grants and row security then protect nobody.
 */
export async function assertRoleOwnsNothing(sql: Sql): Promise<void> {
  const found = await sql<RoleFacts[]>`
    select session_user::text as connected, r.rolname as role, r.rolsuper as "isSuperuser",
           r.rolbypassrls as "bypassesRls", r.rolcreaterole as "makesRoles",
           (select c.oid::regclass::text
              from pg_class c join pg_namespace n on n.oid = c.relnamespace
             where c.relowner = r.oid and c.relkind in ('r', 'p', 'v', 'm')
               and n.nspname not in ('pg_catalog', 'information_schema')
               and n.nspname !~ '^pg_(toast|temp)'
             limit 1) as "ownedTable",
           (select p.oid::regprocedure::text
              from pg_proc p join pg_namespace n on n.oid = p.pronamespace
             where p.proowner = r.oid and p.prosecdef
               and n.nspname not in ('pg_catalog', 'information_schema')
             limit 1) as "ownedFunction"
      from pg_roles r
     where (pg_has_role(session_user, r.oid, 'member') or pg_has_role(current_user, r.oid, 'member'))
       -- A superuser is a member of everything; that it is one says enough.
       and (r.rolname in (session_user, current_user)
            or not exists (select from pg_roles s
                            where s.rolname in (session_user, current_user) and s.rolsuper))`
  const faulty = found
    .filter((role) => faultOf(role) !== undefined)
    .sort((a, b) => rank(a) - rank(b))[0]
  if (found.length > 0 && !faulty) return
  const { connected, role } = faulty ?? { connected: '?', role: '?' }
  const fault = faulty ? faultOf(faulty) : 'is unknown to the server'
  const become = role === connected ? '' : ` may become "${role}", which`
  throw new Error(
    `The database role "${connected}"${become} ${fault}, so nothing would keep this process from ` +
      "other people's rows. Set DATABASE_URL to this process's own role, such as " +
      `${processRoles.slice(0, 3).join(', ')}.`,
  )
}

type RoleFacts = {
  connected: string
  role: string
  isSuperuser: boolean
  bypassesRls: boolean
  makesRoles: boolean
  ownedTable: string | null
  ownedFunction: string | null
}

/** What a role is comes before what it may become. */
function rank({ role, connected, ownedTable }: RoleFacts): number {
  if (role === connected) return 0
  return ownedTable ? 1 : 2
}

function faultOf(found: RoleFacts): string | undefined {
  if (found.isSuperuser) return 'is a superuser'
  if (found.bypassesRls) return 'passes by row security (BYPASSRLS)'
  if (found.makesRoles) return 'makes roles (CREATEROLE)'
  if (found.ownedTable) return `owns the table ${found.ownedTable}`
  if (found.ownedFunction) return `owns the function ${found.ownedFunction}`
  return undefined
}

/** `url` with another role, password or database in it. */
export function urlFor(
  url: string,
  change: { role?: string; password?: string; database?: string },
): string {
  const changed = new URL(url)
  if (change.role !== undefined) changed.username = encodeURIComponent(change.role)
  if (change.password !== undefined) changed.password = encodeURIComponent(change.password)
  if (change.database !== undefined) changed.pathname = `/${encodeURIComponent(change.database)}`
  return changed.toString()
}

/**
 * The owner's `url` for looking at a database from outside (`psql`, a judge, a drill): its sessions name
 * the purpose `inspect`, which reads every row and writes none. Without a purpose an owner sees nothing.
 */
export function inspectingUrl(url: string): string {
  const named = new URL(url)
  const before = named.searchParams.get('options')
  // Without a space: some clients read "+" as a plus.
  const purpose = '-csesshu.purpose=inspect'
  named.searchParams.set('options', before ? `${before} ${purpose}` : purpose)
  return named.toString()
}

async function withConnection<T>(url: string, use: (sql: Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  try {
    return await use(sql)
  } finally {
    await sql.end({ timeout: 5 })
  }
}

function ignore(...codes: string[]): (error: unknown) => void {
  return (error) => {
    if (!(error instanceof postgres.PostgresError) || !codes.includes(error.code)) throw error
  }
}

function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
