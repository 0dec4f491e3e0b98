import { type Sql, withPurpose } from '../client.ts'

/**
 * How fast each provider may be written to, by all workers together. Those that are not named are held back
 * no longer. What was sent before counts on.
 */
export async function setPaces(
  sql: Sql,
  rates: { provider: string; perSecond: number }[],
): Promise<void> {
  const providers = rates.map(({ provider }) => provider)
  await withPurpose(sql, { municipalityCode: [], purpose: 'claimMail' }, async (tx) => {
    await tx`delete from mail_pace where provider <> all(${providers})`
    await tx`
      insert into mail_pace (provider, every)
      select provider, make_interval(secs => 1 / per_second)
        from unnest(${providers}::text[], ${rates.map(({ perSecond }) => perSecond)}::float8[])
          as r(provider, per_second)
      on conflict (provider) do update set every = excluded.every`
  })
}
