/** What the sealer asks of the database: its turn, the end of the ledger, and one chunk moved. */
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import type { LedgerRow } from '../../domain/ledger-row.ts'
import type { Sql, Tx } from '../client.ts'
import { rowColumns } from './rows.ts'

/** One number for this whole system's sealer. */
const sealerLock = 20210126

/**
 * The sealer's one connection: it holds the turn for as long as it lives, so that it is never closed
 * for being old or idle. `onLost` is told when it ends all the same.
 */
export function connectSealer(url: string, onLost: () => void): Sql {
  return postgres(url, {
    max: 1,
    idle_timeout: 0,
    max_lifetime: null,
    connect_timeout: 5,
    onnotice: () => {},
    onclose: onLost,
    connection: { application_name: 'sesshu-sealer', TimeZone: 'UTC' },
  }) as unknown as Sql
}

/** A turn is the server's process behind our connection: the lock lives and dies with it. */
export type Turn = { pid: number }

const askAgainMs = 500

/** Waits until no other sealer is at work. `onWait` is told once when there is one. */
export async function takeTurn(sql: Sql, onWait: () => void): Promise<Turn> {
  for (let asked = 0; ; asked += 1) {
    const [row] = await sql<{ isOurs: boolean; pid: number }[]>`
      select pg_try_advisory_lock(${sealerLock}) as "isOurs", pg_backend_pid() as pid`
    if (row!.isOurs) return { pid: row!.pid }
    if (asked === 0) onWait()
    await sleep(askAgainMs)
  }
}

export class TurnLost extends Error {
  constructor() {
    super('The connection that held the sealer’s turn is gone.')
    this.name = 'TurnLost'
  }
}

/** One transaction of whoever has the turn. Throws `TurnLost` on a connection that came after. */
export async function withTurn<T>(sql: Sql, turn: Turn, work: (tx: Tx) => Promise<T>): Promise<T> {
  return (await sql.begin(async (tx) => {
    const [row] = await tx<{ pid: number }[]>`select pg_backend_pid() as pid`
    if (row!.pid !== turn.pid) throw new TurnLost()
    return work(tx)
  })) as T
}

export type LedgerEnd = { size: number; chainHash: Uint8Array | undefined }

export async function readEnd(tx: Sql | Tx): Promise<LedgerEnd> {
  const [row] = await tx<{ size: number; chainHash: Uint8Array }[]>`
    select (seq + 1)::int8::float8 as size, chain_hash as "chainHash"
      from access_ledger order by seq desc limit 1`
  return { size: row?.size ?? 0, chainHash: row?.chainHash }
}

/** The oldest committed looks, in the one order that they are going to have. */
export async function readWaiting(tx: Tx, limit: number): Promise<LedgerRow[]> {
  return tx<LedgerRow[]>`
    select ${rowColumns(tx)} from ledger_inbox order by ledger_inbox.looked_at, ledger_inbox.id
     limit ${limit}`
}

/**
 * Nothing is left of what was committed before this transaction began. Losing that at a crash costs a
 * moment of looking later than it was, so that no disk is waited for when there was nothing else to write.
 */
export async function markDrained(tx: Tx, hasMoved: boolean): Promise<void> {
  if (!hasMoved) await tx`set local synchronous_commit = off`
  await tx`update ledger_drained set at = now()`
}

export type SealedRow = { id: string; leafHash: Uint8Array; chainHash: Uint8Array }

/**
 * Moves these rows to the end of the ledger, in this order, from `firstSeq` on. The row itself never
 * leaves the database: what is deleted there is what is inserted here.
 */
export async function moveRows(tx: Tx, firstSeq: number, rows: SealedRow[]): Promise<void> {
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
  const moved = await tx`
    with sealed as (
      select * from unnest(${rows.map((row) => row.id)}::uuid[],
                           ${rows.map((row) => hex(row.leafHash))}::text[],
                           ${rows.map((row) => hex(row.chainHash))}::text[])
        with ordinality as s (id, leaf_hash, chain_hash, place)),
    taken as (
      delete from ledger_inbox i using sealed s where i.id = s.id
      returning i.id, i.looked_at, i.actor, i.actor_role, i.office, i.purpose, i.municipality_code,
                i.resident_id, i.course_id, i.fields, i.legal_basis, i.break_glass_id, i.detail)
    insert into access_ledger (seq, id, looked_at, actor, actor_role, office, purpose,
                               municipality_code, resident_id, course_id, fields, legal_basis,
                               break_glass_id, detail, leaf_hash, chain_hash)
    select ${firstSeq}::bigint + s.place - 1, t.id, t.looked_at, t.actor, t.actor_role, t.office,
           t.purpose, t.municipality_code, t.resident_id, t.course_id, t.fields, t.legal_basis,
           t.break_glass_id, t.detail, decode(s.leaf_hash, 'hex'), decode(s.chain_hash, 'hex')
      from taken t join sealed s using (id)`
  if (moved.count !== rows.length) throw new Error('A look left the inbox by another hand.')
}

export type Link = { seq: number; leafHash: Uint8Array; chainHash: Uint8Array }

const linksAtOnce = 20_000

/** Every row's two hashes from a place on, in order, a chunk at a time. */
export async function* readLinks(sql: Sql, from: number): AsyncGenerator<Link[]> {
  for (let next = from; ; ) {
    const links = await sql<Link[]>`
      select seq::float8 as seq, leaf_hash as "leafHash", chain_hash as "chainHash"
        from access_ledger where seq >= ${next} order by seq limit ${linksAtOnce}`
    if (links.length === 0) return
    yield links
    next = links.at(-1)!.seq + 1
  }
}
