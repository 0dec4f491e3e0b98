/** Two people of one office who link register rows and take it back, and what the database holds meanwhile. */
import { putAccount } from '../../db/auth/accounts.ts'
import { approve } from '../../db/auth/approvals.ts'
import { connect, type Sql } from '../../db/client.ts'
import { linkPeople, proposeLink } from '../../db/queries/links/link.ts'
import { proposeUnlink, unlinkPeople } from '../../db/queries/links/unlink.ts'
import type { PlainDate } from '../../domain/course.ts'
import { type Person, type Town, towns } from './register.ts'
import type { SealedDatabase } from './sealed.ts'

export type LinkEnd = { person: Person; town: Town }

export async function openOffice(database: SealedDatabase, office: Town, day: string) {
  const sql = connect(database.urls.sesshu_api, { name: 'test', max: 2 })
  const store = { sql, vault: database.vault }
  const code = towns[office]
  const today = day as PlainDate
  const account = { role: 'municipalAdministrator', office: code, passwordHash: null }
  const owner = database.sql as unknown as Sql
  const asker = await putAccount(owner, { ...account, login: `asks-${code}` })
  const agrees = await putAccount(owner, { ...account, login: `agrees-${code}` })
  const keyOf = ({ person, town }: LinkEnd) => {
    return { municipalityCode: towns[town], registerNumber: `${town}${person.number}` }
  }
  const propose = (now: LinkEnd, former: LinkEnd, since: string) => {
    const pair = { now: keyOf(now), former: keyOf(former), since: since as PlainDate }
    return proposeLink(store, { office: code, ...pair, reason: 'certificate' }, asker, today)
  }
  const agree = (id: string) => approve(sql, id, code, agrees)
  return {
    store,
    code,
    asker,
    agrees,
    propose,
    agree,
    carryOut: (approvalId: string) => linkPeople(store, { office: code, approvalId }, today),
    async link(now: LinkEnd, former: LinkEnd, since: string): Promise<string> {
      const approvalId = await propose(now, former, since)
      await agree(approvalId)
      return (await linkPeople(store, { office: code, approvalId }, today)).linkId
    },
    async unlink(linkId: string): Promise<void> {
      const asked = { office: code, linkId, reason: 'twoPeople' } as const
      const approvalId = await proposeUnlink(store, asked, asker)
      await agree(approvalId)
      await unlinkPeople(store, { office: code, approvalId }, today)
    },
    close: () => sql.end({ timeout: 5 }),
  }
}

/** The log of the act itself, the looks at it, and news on its way: versions go forward alone. */
const notCompared = ['approval', 'person_link', 'person_link_side', 'keyd_head', 'outbox']

/** Every row of every table, as text, but for the counter of a course's news. */
export async function everyRow(database: SealedDatabase): Promise<Record<string, string[]>> {
  const tables = await database.sql<{ name: string }[]>`
    select relname::text as name from pg_class
     where relnamespace = 'public'::regnamespace and relkind = 'r'
       and relname <> all (${notCompared}) and relname not like '%ledger%' order by 1`
  const found: Record<string, string[]> = {}
  for (const { name } of tables) {
    const rows = await database.sql<{ row: string }[]>`
      select (to_jsonb(t) - ${name === 'course' ? ['version', 'updated_at'] : []}::text[])::text as row
        from ${database.sql(name)} t order by 1`
    found[name] = rows.map(({ row }) => row)
  }
  return found
}
