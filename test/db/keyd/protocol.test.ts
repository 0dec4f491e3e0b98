/** Proves that the socket answers its clients alone, and that bad input costs keyd nothing. */
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { statSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLog } from '../../../config/log.ts'
import { keydClients, mayOpen, purposeFields } from '../../../domain/purpose-fields.ts'
import { fieldNames } from '../../../domain/sealed-fields.ts'
import { openFilesStore } from '../../../keyd/files-store.ts'
import { readKeydLog } from '../../../keyd/keyd-log.ts'
import { limits } from '../../../keyd/protocol.ts'
import { startKeyd } from '../../../keyd/server.ts'
import { keydClient } from '../../../vault/keyd-client.ts'
import { freshDatabase, type TestDatabase } from '../../support/db.ts'
import { startTestKeyd, type TestKeyd } from '../../support/keyd.ts'
import { otherTown, seedTowns, town } from '../../support/town.ts'

let database: TestDatabase
let keyd: TestKeyd

beforeAll(async () => {
  database = await freshDatabase()
  await seedTowns(database.sql)
  keyd = await startTestKeyd(database, {
    log: createLog({ name: 'keyd', level: 'silent' }),
    limits: { import: { createKeys: 10, 'index.ticket': 100 } },
  })
})

afterAll(async () => {
  await keyd?.stop()
  await database?.drop()
})

/** What keyd says to these bytes until it hangs up or falls silent. */
async function say(...lines: string[]): Promise<{ heard: string; isOpen: boolean }> {
  const socket = connect(keyd.socketPath)
  socket.on('error', () => {})
  await once(socket, 'connect')
  let heard = ''
  socket.on('data', (chunk) => (heard += chunk))
  for (const line of lines) socket.write(line)
  const closed = new Promise((resolve) => socket.once('close', resolve))
  await Promise.race([closed, sleep(1_000)])
  const isOpen = !socket.destroyed && socket.readyState === 'open'
  socket.destroy()
  return { heard, isOpen }
}

const aKey = () => ({
  municipalityCode: town,
  residentId: randomUUID(),
  wrapped: 'AAAA',
  keyVersion: 1,
  dekVersion: 1,
})

const hello = (token: string) => `${JSON.stringify({ id: 0, op: 'hello', token })}\n`

describe('T18: the socket', () => {
  it("is its owner's alone", () => {
    expect(statSync(keyd.socketPath).mode & 0o077).toBe(0)
    expect(statSync(keyd.folder).mode & 0o077).toBe(0)
  })

  it.each([
    ['a wrong token', hello('nobody knows this one')],
    ['no token', `${JSON.stringify({ id: 1, op: 'status' })}\n`],
    ['an empty token', hello('')],
  ])('%s gets one refusal and is hung up on', async (_, line) => {
    const { heard, isOpen } = await say(line)
    expect(JSON.parse(heard)).toMatchObject({ refused: 'keydNotAllowed' })
    expect(isOpen).toBe(false)
  })

  it.each([
    ['no JSON', 'GET / HTTP/1.1\r\n\r\n'],
    ['no request', '[]\n'],
    ['a stranger with much to say', 'x'.repeat(limits.strangerBytes + 1)],
  ])('%s is hung up on without a word', async (_, line) => {
    const { heard, isOpen } = await say(line)
    expect(heard).toBe('')
    expect(isOpen).toBe(false)
  })

  it('a client whose line has no end is hung up on', async () => {
    const { heard, isOpen } = await say(
      hello(keyd.token('monitor')),
      'x'.repeat(limits.lineBytes + 70_000),
    )
    expect(heard).toBe('{"id":0,"answer":{"client":"monitor"}}\n')
    expect(isOpen).toBe(false)
  })

  it('a second keyd takes neither the folder nor the socket', async () => {
    const options = {
      folder: keyd.folder,
      socketPath: join(keyd.folder, 'other.sock'),
      store: await openFilesStore(keyd.folder),
      databaseUrl: database.urls.sesshu_keyd,
      log: createLog({ name: 'keyd', level: 'silent' }),
      clients: {},
    }
    await expect(startKeyd(options)).rejects.toThrow(/in use by another/)
    const elsewhere = { ...options, folder: join(keyd.folder, 'elsewhere') }
    await expect(startKeyd({ ...elsewhere, socketPath: keyd.socketPath })).rejects.toThrow(
      /Another keyd listens/,
    )
  })

  it('T20: keyd starts as no role that owns tables', async () => {
    const folder = join(keyd.folder, 'owner')
    await expect(
      startKeyd({
        folder,
        socketPath: join(folder, 'keyd.sock'),
        store: await openFilesStore(folder),
        databaseUrl: database.urls.owner,
        log: createLog({ name: 'keyd', level: 'silent' }),
        clients: {},
      }),
    ).rejects.toThrow(/owns the table/)
  })
})

describe('requests', () => {
  it('of a wrong form are refused by code, without repeating what was sent', async () => {
    const link = keyd.link('api')
    const bad: [string, object][] = [
      ['createKeys', { municipalityCode: '13104', residentIds: [randomUUID()] }],
      ['createKeys', { municipalityCode: town, residentIds: [randomUUID().toUpperCase()] }],
      [
        'createKeys',
        { municipalityCode: town, residentIds: Array(limits.items + 1).fill(randomUUID()) },
      ],
      ['index', { items: [{ municipalityCode: town, index: 'names', values: ['leaked-value'] }] }],
      ['unlock', { items: [] }],
      ['drop', {}],
      ['__proto__', {}],
    ]
    for (const [op, body] of bad) {
      const error = await link.ask(op as 'status', body).catch((thrown) => thrown)
      expect(error).toMatchObject({ code: 'keydRequestInvalid' })
      expect(error.message).not.toContain('leaked-value')
    }
  })

  it('a municipality that is in no table gets no keys', async () => {
    const vault = keyd.vault('api')
    for (const work of [
      () => vault.createKeys('999999', [randomUUID()]),
      () => vault.index('999999', 'ticket', ['1']),
    ]) {
      await expect(work()).rejects.toMatchObject({ code: 'unknownMunicipality' })
    }
    const { versions } = await keyd.link('monitor').ask('status', {})
    expect(versions).not.toHaveProperty('999999')
  })

  it('of a client that may not make them are refused', async () => {
    const monitor = keyd.link('monitor')
    const creating = { municipalityCode: town, residentIds: [randomUUID()] }
    await expect(monitor.ask('createKeys', creating)).rejects.toMatchObject({
      code: 'keydNotAllowed',
    })
    const index = { items: [{ municipalityCode: town, index: 'desk' as const, values: ['x'] }] }
    const { items } = await keyd.link('import').ask('index', index)
    expect(items).toMatchObject([{ refused: 'keydNotAllowed' }])
  })

  it('T12: more than a client may have in a minute is refused, and fills up again', async () => {
    const vault = keyd.vault('import')
    const ids = Array.from({ length: 10 }, () => randomUUID())
    await vault.createKeys(town, ids)
    await expect(vault.createKeys(town, ids)).rejects.toMatchObject({ code: 'keydOverLimit' })
    const counts = (await keyd.link('monitor').ask('status', {})).counts
    expect(counts['import/createKeys']).toBe(10)
  })

  it('keyd finds its database again after every connection was lost', async () => {
    const link = keyd.link('api')
    const key = { ...aKey(), lookId: randomUUID(), fields: ['name' as const] }
    const answers: unknown[] = []
    for (let n = 0; n < 10; n += 1) {
      await database.sql`
        select pg_terminate_backend(pid) from pg_stat_activity
         where application_name = 'sesshu-keyd' and datname = current_database()`
      answers.push(await link.ask('unlock', { items: [key] }).catch((error) => error.code))
    }
    const last = await link.ask('unlock', { items: [key] })
    expect(last).toMatchObject({ items: [{ refused: 'lookMissing' }] })
    for (const answer of answers) expect(['keydBusy', last]).toContainEqual(answer)
  })

  it('what keyd cannot do because of its database tells nothing', async () => {
    await database.sql`alter function ledger_lag_seconds() rename to ledger_lag_away`
    try {
      const key = { ...aKey(), lookId: randomUUID(), fields: ['name' as const] }
      const error = await keyd
        .link('api')
        .ask('unlock', { items: [key] })
        .catch((thrown) => thrown)
      expect(error).toMatchObject({ code: 'keydFault' })
      expect(error.message).not.toContain('ledger')
    } finally {
      await database.sql`alter function ledger_lag_away() rename to ledger_lag_seconds`
    }
  })
})

describe('blind indexes', () => {
  it('are equal for equal values of one town and one index, and for nothing else', async () => {
    const vault = keyd.vault('api')
    const hex = (bytes: Uint8Array[]) => bytes.map((one) => Buffer.from(one).toString('hex'))
    const [a, again, b] = hex(await vault.index(town, 'ticket', ['0000000001', '0000000001', '2']))
    const [elsewhere] = hex(await vault.index(otherTown, 'ticket', ['0000000001']))
    const [other] = hex(await vault.index(town, 'desk', ['0000000001']))
    expect(a).toHaveLength(32)
    expect(again).toBe(a)
    expect(new Set([a, b, elsewhere, other]).size).toBe(4)
  })

  it('are the same after a new start, and counted in the log without a value', async () => {
    const vault = keyd.vault('api')
    const before = await vault.index(town, 'identity', ['canary-value'])
    await keyd.restart()
    expect(await vault.index(town, 'identity', ['canary-value'])).toEqual(before)
    const { lines, fault } = readKeydLog(join(keyd.folder, 'log'))
    expect(fault).toBeUndefined()
    expect(lines).toContainEqual(
      expect.objectContaining({ op: 'index', client: 'api', index: 'identity', values: 1 }),
    )
    expect(JSON.stringify(lines)).not.toContain('canary')
  })

  it('many calls of one turn come back each with their own', async () => {
    const vault = keyd.vault('api')
    const values = Array.from({ length: 200 }, (_, n) => String(n))
    const [all, single] = await Promise.all([
      vault.index(town, 'ticket', values),
      Promise.all(values.map((value) => vault.index(town, 'ticket', [value]))),
    ])
    expect(single.flat()).toEqual(all)
  })
})

describe('a client', () => {
  it('waits for a keyd that is being started again, and asks once more', async () => {
    const vault = keyd.vault('api')
    const before = await vault.index(town, 'ticket', ['1'])
    await keyd.end()
    const asked = vault.index(town, 'ticket', ['1'])
    await sleep(200)
    await keyd.start()
    expect(await asked).toEqual(before)
  })

  it('gives up in time when keyd stays away', async () => {
    const socketPath = join(keyd.folder, 'nothing.sock')
    const link = keydClient({ socketPath, token: 'none at all', timeoutMs: 150 })
    await expect(link.ask('status', {})).rejects.toMatchObject({ code: 'keydAway' })
    link.close()
    await expect(link.ask('status', {})).rejects.toMatchObject({ code: 'keydAway' })
  })

  it('with a wrong token is told so', async () => {
    const link = keydClient({ socketPath: keyd.socketPath, token: 'not the right one' })
    await expect(link.ask('status', {})).rejects.toMatchObject({ code: 'keydNotAllowed' })
    link.close()
  })
})

describe('the table of purposes', () => {
  it('T12: opens nothing that it does not name', () => {
    for (const client of keydClients) {
      expect(mayOpen(client, 'toString', ['name'])).toBe(false)
      for (const [purpose, allowance] of Object.entries(purposeFields)) {
        for (const field of fieldNames) {
          const isNamed =
            (allowance.clients as readonly string[]).includes(client) &&
            (allowance.fields as readonly string[]).includes(field)
          expect(mayOpen(client, purpose, [field])).toBe(isNamed)
        }
      }
    }
  })
})
