/**
 * Made-up people in a real database, sealed by a real keyd as a register's are, arranged and looked at by
 * the superuser. What is under test runs under its own role.
 */
import type postgres from 'postgres'
import type { Tx } from '../../db/client.ts'
import { readKeys } from '../../db/people/keys.ts'
import { mailCheck } from '../../db/people/mail-address.ts'
import { placeOf, type SealedColumn } from '../../db/people/places.ts'
import { upsertResidences } from '../../db/people/residences.ts'
import { sealedNumbers } from '../../db/people/tickets.ts'
import { writePeople } from '../../db/people/write.ts'
import type { PlainDate } from '../../domain/course.ts'
import { open, type Vault } from '../../vault/vault.ts'

/** A database under the superuser, and the keys of its people as the api has them. */
export type Arranged = { sql: postgres.Sql; vault: Vault }

export type Row = { municipalityCode: string; residentId: string }

export type PersonWish = {
  municipalityCode: string
  registerNumber: string
  name: { family: string; given: string; kana: string }
  bornOn: string
  mail?: string | undefined
  /** In the same transaction: a mail sender that runs asks whoever has not confirmed an address. */
  isMailConfirmed?: boolean
  postcode?: string
  address?: string
  residentSince?: string
}

const today = '2021-06-30' as PlainDate

/** The resident id. Written again under the same register number, a person is told again. */
export async function seedPerson(db: Arranged, wish: PersonWish): Promise<string> {
  const { municipalityCode, registerNumber, name, mail } = wish
  const residence = {
    fromOn: (wish.residentSince ?? '2000-01-01') as PlainDate,
    postcode: wish.postcode ?? '1600000',
    address: wish.address ?? '見本町1番地',
  }
  const bornOn = wish.bornOn as PlainDate
  const people = [{ registerNumber, name, bornOn, mail, residence }]
  return asTx(db, async (tx) => {
    const [written] = await writePeople(tx, db.vault, municipalityCode, people, today)
    const { residentId } = written!
    if (mail !== undefined && wish.isMailConfirmed)
      await confirmMail({ sql: tx, vault: db.vault }, { municipalityCode, residentId }, mail)
    return residentId
  })
}

export async function seedTicket(
  db: Arranged,
  { municipalityCode, residentId }: Row,
  number: string,
  issuedOn = '2021-04-01',
): Promise<void> {
  const index = await ticketIndex(db, municipalityCode, number)
  const sheet = { residentId, number, index: index.toString('hex') }
  const sealed = await asTx(db, (tx) => sealedNumbers(tx, db.vault, municipalityCode, [sheet]))
  await db.sql`
    insert into ticket (municipality_code, number_index, number, resident_id, issued_on, recorded_on)
    values (${municipalityCode}, ${index}, decode(${sealed.get(sheet.index)!}, 'hex'), ${residentId},
            ${issuedOn}, ${issuedOn})`
}

/** By which a ticket of a town is found. */
export async function ticketIndex(
  db: Arranged,
  municipalityCode: string,
  number: string,
): Promise<Buffer> {
  const [index] = await db.vault.index(municipalityCode, 'ticket', [number])
  return Buffer.from(index!)
}

/** The address of a residence as if it had been told so. */
export async function rewriteAddress(
  db: Arranged,
  row: Row,
  residence: { fromOn: string; postcode: string; address: string },
): Promise<void> {
  const keys = (await unlockAll(db, row)).get(row.residentId)!
  const told = { ...residence, fromOn: residence.fromOn as PlainDate }
  const check = '00'.repeat(16)
  await asTx(db, (tx) =>
    upsertResidences(tx, row.municipalityCode, [
      { residentId: row.residentId, residence: told, check, keys },
    ]),
  )
}

export type OpenPerson = {
  family: string
  given: string
  kana: string
  bornOn: string
  mail: string | null
  residences: { fromOn: string; toOn: string | null; postcode: string; address: string }[]
}

/** Everything that is sealed about somebody, as disclosure would open it. */
export async function openPerson(db: Arranged, row: Row): Promise<OpenPerson> {
  const keys = (await unlockAll(db, row)).get(row.residentId)!
  const [person] = await db.sql`
    select name, kana, born_on, mail from person
     where municipality_code = ${row.municipalityCode} and resident_id = ${row.residentId}`
  const residences = await db.sql`
    select from_on::text as "fromOn", to_on::text as "toOn", address from residence
     where municipality_code = ${row.municipalityCode} and resident_id = ${row.residentId}
     order by from_on`
  const text = (column: SealedColumn, sealed: Uint8Array, further?: string) =>
    open(keys, placeOf(column, row, further), sealed)
  return {
    ...JSON.parse(text('name', person!.name)),
    kana: text('kana', person!.kana),
    bornOn: text('bornOn', person!.born_on),
    mail: person!.mail && text('mail', person!.mail),
    residences: residences.map(({ fromOn, toOn, address }) => ({
      fromOn,
      toOn,
      ...JSON.parse(text('address', address, fromOn)),
    })),
  }
}

const everything = ['name', 'kana', 'bornOn', 'mail', 'address', 'ticketNumber', 'letter'] as const

async function unlockAll(db: Arranged, row: Row) {
  const keys = await asTx(db, (tx) => readKeys(tx, [row]))
  return db.vault.unlock(
    'disclose',
    keys.map((key) => ({ ...key, fields: everything })),
  )
}

/** The superuser's connection in the shape that queries take. */
export function asTx<T>(db: { sql: postgres.Sql }, work: (tx: Tx) => Promise<T>): Promise<T> {
  return db.sql.begin((tx) => work(tx as unknown as Tx)) as Promise<T>
}

/** The register tells of another mail address. */
export async function tellMail(db: Arranged, row: Row, mail: string): Promise<void> {
  const [resident] = await db.sql`
    select register_number as number from resident where id = ${row.residentId}`
  const { family, given, kana, bornOn } = await openPerson(db, row)
  await seedPerson(db, {
    municipalityCode: row.municipalityCode,
    registerNumber: resident!.number,
    ...{ name: { family, given, kana }, bornOn, mail },
  })
}

/** The owner of that address has opened the link. Opens nobody: it leaves no look. */
export async function confirmMail(
  db: { sql: postgres.Sql | Tx; vault: Vault },
  row: Row,
  mail: string,
): Promise<void> {
  const check = await mailCheck(db.vault, row, mail)
  await db.sql`
    update mail_address
       set state = 'verified', is_retold = false, address_check = ${check}, provider = '*',
           verified_on = '2021-04-01', stopped_because = null
     where municipality_code = ${row.municipalityCode} and resident_id = ${row.residentId}`
}
