import type { Sql } from '../client.ts'

export type PasskeyRow = {
  credentialId: string
  accountId: string
  publicKey: Uint8Array
  counter: number
  transports: string[]
}

type Kept = Omit<PasskeyRow, 'transports' | 'counter'> & { transports: string; counter: string }

const columns = (sql: Sql) => sql`
  credential_id as "credentialId", account_id as "accountId", public_key as "publicKey",
  counter::text, transports`

export async function passkeyById(sql: Sql, credentialId: string): Promise<PasskeyRow | undefined> {
  const [row] = await sql<Kept[]>`
    select ${columns(sql)} from passkey where credential_id = ${credentialId}`
  return row && read(row)
}

export async function passkeysOf(sql: Sql, accountId: string): Promise<PasskeyRow[]> {
  const rows = await sql<Kept[]>`
    select ${columns(sql)} from passkey where account_id = ${accountId} limit 20`
  return rows.map(read)
}

export async function insertPasskey(sql: Sql, key: PasskeyRow): Promise<void> {
  await sql`
    insert into passkey (credential_id, account_id, public_key, counter, transports)
    values (${key.credentialId}, ${key.accountId}, ${key.publicKey}, ${key.counter},
            ${key.transports.join(',')})`
}

/** Only forward: of two uses at once with the same counter one is a copy. False then. */
export async function notePasskeyUse(sql: Sql, credentialId: string, counter: number) {
  const rows = await sql`
    update passkey set counter = ${counter}, used_at = clock_timestamp()
     where credential_id = ${credentialId} and (counter < ${counter} or (counter = 0 and ${counter} = 0))
    returning 1`
  return rows.length > 0
}

function read({ transports, counter, ...row }: Kept): PasskeyRow {
  return { ...row, counter: Number(counter), transports: transports ? transports.split(',') : [] }
}
