import { createHash, timingSafeEqual } from 'node:crypto'
import { chmodSync, existsSync, rmSync } from 'node:fs'
import { connect as connectSocket, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { dataDirAt, lockDataDir } from '../config/data-dir.ts'
import type { Log } from '../config/log.ts'
import { connect, type Sql } from '../db/client.ts'
import { connectionIsLost } from '../db/lost-connection.ts'
import { assertRoleOwnsNothing } from '../db/roles.ts'
import { tokyoDateOf } from '../domain/calendar.ts'
import type { PlainDate } from '../domain/course.ts'
import type { KeydClient } from '../domain/purpose-fields.ts'
import { assertKeysAreHere } from './after-restore.ts'
import { type ApprovalCheck, approvalsInDatabase } from './approvals.ts'
import { Connection, type Served } from './connection.ts'
import { defaultSettings, type KeydContext, type KeydSettings } from './context.ts'
import { makePrivateFolder } from './durable.ts'
import { openErasureList } from './erasures.ts'
import { headsOf } from './heads.ts'
import type { KeyStore } from './key-store.ts'
import { hashInLog, openKeydLog } from './keyd-log.ts'
import { type ClientLimits, createMeter, defaultLimits } from './meter.ts'
import { operate } from './operations.ts'
import { forgetErased } from './ops/administer.ts'
import { logIndexCounts } from './ops/blind-index.ts'
import { limits } from './protocol.ts'
import { RefusedForNow } from './refusal.ts'
import { townKeys } from './town-keys.ts'

export type KeydOptions = {
  /** keyd's own data dir: its log and the erasure list; with the default store the keys too. */
  folder: string
  socketPath: string
  store: KeyStore
  /** As `sesshu_keyd`. */
  databaseUrl: string
  log: Log
  /** SHA-256 of each client's token, in hex: keyd itself has no use for the tokens. */
  clients: Partial<Record<KeydClient, string>>
  approvals?: ApprovalCheck
  today?: () => PlainDate
  limits?: Partial<Record<KeydClient, ClientLimits>>
  settings?: Partial<KeydSettings>
}

export type Keyd = { readonly socketPath: string; close(): Promise<void> }

/** A kill loses at most so much of the counting of indexes, never a key. */
const NOTE_EVERY_MS = 10_000
const CONNECTIONS = 6
const RETRY_AFTER_MS = 500
const SOCKET_MODE = 0o600

/** Begins to serve. Throws when another keyd works in the folder or listens on the socket. */
export async function startKeyd(options: KeydOptions): Promise<Keyd> {
  const { folder, store, socketPath } = options
  makePrivateFolder(folder)
  const lock = lockDataDir({ ...dataDirAt(folder), run: folder })
  const sql = connect(options.databaseUrl, { name: 'sesshu-keyd', max: CONNECTIONS })
  try {
    await assertRoleOwnsNothing(sql)
    await assertKeysAreHere(sql, store, folder)
    const context = await makeContext(options, sql)
    // What a restored backup brought back goes before anybody is answered.
    await forgetErased(sql, context.erasures.all(), context.today())
    const connections = new Set<Connection>()
    const server = await listen(socketPath, servedBy(context, options), connections)
    context.keydLog.append({ op: 'started', store: store.kind })
    const noting = setInterval(() => void noteProgress(context, options.log), NOTE_EVERY_MS)
    noting.unref()
    return {
      socketPath,
      close: async () => {
        clearInterval(noting)
        const closed = new Promise((resolve) => server.close(resolve))
        await Promise.all([...connections].map((connection) => connection.finish()))
        await closed
        context.keydLog.append({ op: 'stopped' })
        await noteProgress(context, options.log)
        await closeContext(context)
        lock.release()
      },
    }
  } catch (error) {
    await sql.end({ timeout: 1 })
    lock.release()
    throw error
  }
}

async function makeContext(options: KeydOptions, sql: Sql): Promise<KeydContext> {
  const { folder, store } = options
  const settings = { ...defaultSettings, ...options.settings }
  const [logFolder, listPath] = [join(folder, 'log'), join(folder, 'erasures.jsonl')]
  const signingKey = await store.signingKey()
  const heads = headsOf(sql, signingKey)
  const keydLog = openKeydLog(logFolder)
  const erasures = openErasureList(listPath, signingKey)
  const hashAt = (seq: number): string | undefined => hashInLog(logFolder, seq)
  await heads.assertNotCut([
    { name: 'log', where: logFolder, head: keydLog.head, hashAt },
    { name: 'erasures', where: listPath, head: erasures.head, hashAt: erasures.hashAt },
  ])
  return {
    store,
    sql,
    settings,
    heads,
    keydLog,
    erasures,
    towns: townKeys(sql, store, settings.quietMs),
    meter: createMeter({ ...defaultLimits, ...options.limits }),
    approvals: options.approvals ?? approvalsInDatabase(sql),
    today: options.today ?? (() => tokyoDateOf(new Date())),
  }
}

/** Counts into the log, then where the log has come to into the database. */
async function noteProgress(context: KeydContext, log: Log): Promise<void> {
  try {
    logIndexCounts(context)
    context.keydLog.sync()
    await context.heads.note('log', context.keydLog.head)
  } catch (error) {
    log.warn({ err: error }, 'the head of the log could not be noted')
  }
}

async function closeContext(context: KeydContext): Promise<void> {
  context.keydLog.close()
  context.erasures.close()
  await context.sql.end({ timeout: 5 })
  await context.store.close()
}

function servedBy(context: KeydContext, { clients, log }: KeydOptions): Served {
  const known = Object.entries(clients).map(([client, hash]) => ({
    client: client as KeydClient,
    hash: Buffer.from(hash, 'hex'),
  }))
  return {
    clientOf(token) {
      const shown = createHash('sha256').update(token, 'utf8').digest()
      // Every hash is compared, so that the time tells nothing.
      return known.filter(({ hash }) => hash.length === 32 && timingSafeEqual(hash, shown))[0]
        ?.client
    },
    operate: (client, op, body) =>
      operate({ context, client }, op, body).catch((error) => {
        if (!connectionIsLost(error)) throw error
        throw new RefusedForNow('keydBusy', 'The ledger cannot be read just now', RETRY_AFTER_MS)
      }),
    onFault: (error, op) => log.error({ err: error, op }, 'an operation failed'),
  }
}

async function listen(path: string, served: Served, connections: Set<Connection>): Promise<Server> {
  await clearStaleSocket(path)
  const server = createServer((socket) => {
    const connection = new Connection(socket, served)
    connections.add(connection)
    socket.once('close', () => connections.delete(connection))
  })
  server.maxConnections = limits.connections
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, resolve)
  })
  chmodSync(path, SOCKET_MODE)
  return server
}

/** What a killed keyd left behind is taken away; what answers is another keyd. */
async function clearStaleSocket(path: string): Promise<void> {
  if (!existsSync(path)) return
  const answers = await new Promise<boolean>((resolve) => {
    const socket = connectSocket(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
  if (answers) throw new Error(`Another keyd listens on ${path}. Stop it first.`)
  rmSync(path, { force: true })
}

export function hashOfToken(token: string): string {
  return createHash('sha256').update(token, 'utf8').digest('hex')
}
