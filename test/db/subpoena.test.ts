/**
 * The subpoena test: whoever forces the state to hand over everything that its database role can reach
 * gets statistics. It asks the catalogue, so that tables and functions yet to come are asked for as well.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dataDirAt, makeDataDir } from '../../config/data-dir.ts'
import { stateSocketOf } from '../../config/state-socket.ts'
import { connect, type Sql } from '../../db/client.ts'
import {
  askAsState,
  openToState,
  privilegedFunctions,
  readableTables,
} from '../../db/queries/state.ts'
import { keepStatistics } from '../../db/queries/statistics.ts'
import type { PlainDate } from '../../domain/course.ts'
import { openDesk } from '../../state/desk.ts'
import type { Place } from '../../supervisor/place.ts'
import { stateProcess } from '../../supervisor/system.ts'
import { askTheState } from '../../web/state-desk.ts'
import { freshDatabase, type TestDatabase } from '../support/db.ts'
import { giveDoses, openTowns } from '../support/doses.ts'

let database: TestDatabase
let state: Sql

beforeAll(async () => {
  database = await freshDatabase()
  state = connect(database.urls.sesshu_statistics, { name: 'test-state', max: 2 })
  await openTowns(database.sql, [{ code: '202029', prefecture: '長野県' }])
  await giveDoses(database.sql, {
    municipalityCode: '202029',
    doses: 20,
    recordedOn: '2021-06-07',
  })
  const worker = connect(database.urls.sesshu_worker, { name: 'test-worker', max: 2 })
  await keepStatistics(worker, '2021-06-14' as PlainDate, () => false)
  await worker.end({ timeout: 1 })
})
afterAll(async () => {
  await state?.end({ timeout: 1 })
  await database?.drop()
})

/** Every table, view and the like outside the system's own schemas, whoever owns it. */
const relations = () => database.sql<{ name: string }[]>`
  select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname not in ('pg_catalog', 'information_schema')
     and n.nspname !~ '^pg_(toast|temp)'`

describe('the role sesshu_statistics', () => {
  test('is refused every table, or sees none of its rows, but for statistics and places', async () => {
    const seen: string[] = []
    const all = await relations()
    expect(all.length).toBeGreaterThan(30)
    for (const { name } of all) {
      const rows = await state
        .unsafe(`select * from ${name} limit 1`)
        .catch((error) => expect(error).toMatchObject({ code: '42501' }))
      if (Array.isArray(rows)) seen.push(name)
    }
    expect(seen.sort()).toEqual([...openToState].sort())
    expect(await readableTables(state)).toEqual([...openToState].sort())
  })

  test('finds no column about a person in what it may read', async () => {
    const columns = await state<{ column: string }[]>`
      select distinct attname::text as column from pg_attribute
       where attrelid = any (${openToState}::regclass[]::oid[]) and attnum > 0 and not attisdropped`
    const aboutPeople =
      /resident|person|course|ticket|scan|birth|born|mail|kana|register|actor|sealed|key/
    const names = columns.map(({ column }) => column)
    // A municipality has a name in kana, and nobody else has here.
    expect(names.filter((name) => aboutPeople.test(name))).toEqual(['kana'])
  })

  test('sees no municipality exactly: every figure of one was made for everybody', async () => {
    const byTown = await state<{ name: string }[]>`
      select c.relname::text as name from pg_class c join pg_attribute a on a.attrelid = c.oid
       where c.oid = any (${openToState}::regclass[]::oid[]) and a.attname ~ 'municipality_code|area_code'`
    expect(byTown.map(({ name }) => name).sort()).toEqual([
      'cost_total',
      'published_doses_by_day',
      'statistics_area',
      'statistics_figure',
      'venue',
    ])
    // sums of prefectures, of three towns or more; the rest is one sum
    const townCosts = await state`
      select from cost_total where area_code !~ '^([0-9]{2}|other)$' or municipalities < 3`
    expect(townCosts).toHaveLength(0)
    const exactTowns =
      await state`select from statistics_area where is_exact and length(area_code) = 6`
    expect(exactTowns).toHaveLength(0)
    const exactDays = await state`select from published_doses_by_day where length(area_code) = 6`
    expect(exactDays).toHaveLength(0)
  })

  test('may call no function that sees more than it does, but for the age of the ledger', async () => {
    expect(await privilegedFunctions(state)).toEqual(['ledger_lag_seconds()'])
  })

  test('cannot become another role, nor make anything', async () => {
    const roles = await database.sql<{ name: string }[]>`select rolname as name from pg_roles`
    for (const { name } of roles.filter(({ name: role }) => role !== 'sesshu_statistics')) {
      await expect(state.unsafe(`set role "${name}"`), name).rejects.toMatchObject({
        code: '42501',
      })
    }
    await expect(state`create table mine (n int)`).rejects.toMatchObject({ code: '42501' })
    await expect(state`create temp table mine (n int)`).rejects.toMatchObject({ code: '42501' })
  })

  test('gets nothing by naming a town and a purpose, as others must', async () => {
    await state.begin(async (tx) => {
      await tx`select set_config('sesshu.municipality', '202029', true),
                      set_config('sesshu.purpose', 'recordDose', true)`
      const answer = await askAsState(tx as unknown as Sql)
      expect(answer.tables.filter(({ rows }) => rows !== null && rows > 0)).toEqual([])
    })
  })

  test('holds no key: what wraps one is out of reach, and no process gives it a token', async () => {
    const { tables } = await askAsState(state)
    const keys = tables.filter(({ name }) => /key/.test(name))
    expect(keys.filter(({ rows }) => rows !== null)).toEqual([])
    const main = readFileSync(new URL('../../state/main.ts', import.meta.url), 'utf8')
    expect(main).not.toMatch(/KEYD|vault/)
  })
})

describe("the state's desk", () => {
  test('answers over its socket what the role sees, and nobody else may open it', async () => {
    const root = mkdtempSync(join(tmpdir(), 'sesshu-desk-'))
    const dataDir = dataDirAt(root)
    makeDataDir(dataDir)
    const page = { dataDir, log: { warn: () => {} } } as unknown as Parameters<
      typeof askTheState
    >[0]
    expect(await askTheState(page)).toBeUndefined()
    const socketPath = stateSocketOf(dataDir)
    const desk = await openDesk({ sql: state, log: { error: () => {} }, socketPath })
    try {
      const answer = await askTheState(page)
      expect(answer).toMatchObject({
        role: 'sesshu_statistics',
        countedTo: '2021-06-14',
        prefectures: [{ code: '20', issued: { first: 20 }, resident: { first: 20 } }],
        perDay: [{ on: '2021-06-07', first: 20, second: 0 }],
        venues: { lines: 1, shown: [{ lotNumber: 'TEST01', doses: { first: 20 } }] },
      })
      expect(answer!.tables.length).toBeGreaterThan(20)
      expect(answer!.tables.every(({ rows }) => rows === null || rows === 0)).toBe(true)
      expect(statSync(socketPath).mode & 0o777).toBe(0o600)
    } finally {
      await desk.close()
      rmSync(root, { recursive: true, force: true })
    }
  })

  test('runs as a process of its own, which is given one password and no key', async () => {
    const root = mkdtempSync(join(tmpdir(), 'sesshu-desk-'))
    const dataDir = dataDirAt(root)
    makeDataDir(dataDir)
    const place = { dir: dataDir, database: { roles: database.urls } } as unknown as Place
    const { command, args, cwd, env } = await stateProcess(place).launch({
      tell: () => {},
      signal: new AbortController().signal,
    })
    const given = Object.values(env ?? {}).join('\n')
    for (const [role, url] of Object.entries(database.urls)) {
      expect(given.includes(url), role).toBe(role === 'sesshu_statistics')
    }
    const process = spawn(command, args, { cwd, env, stdio: 'ignore' })
    try {
      const page = { dataDir, log: { warn: () => {} } } as unknown as Parameters<
        typeof askTheState
      >[0]
      await expect
        .poll(() => askTheState(page), { timeout: 30_000 })
        .toMatchObject({ role: 'sesshu_statistics', keyTokens: 0 })
      const ended = once(process, 'exit')
      process.kill('SIGTERM')
      expect(await ended).toEqual([0, null])
    } finally {
      process.kill('SIGKILL')
      rmSync(root, { recursive: true, force: true })
    }
  })

  test('has a short address in however deep a folder', () => {
    const root = mkdtempSync(join(tmpdir(), 'sesshu-deep-'))
    const deep = dataDirAt(join(root, 'x'.repeat(120)))
    const path = stateSocketOf(deep)
    try {
      expect(Buffer.byteLength(path)).toBeLessThanOrEqual(103)
      expect(stateSocketOf(deep)).toBe(path)
      expect(statSync(dirname(path)).mode & 0o077).toBe(0)
    } finally {
      rmSync(dirname(path), { recursive: true, force: true })
      rmSync(root, { recursive: true, force: true })
    }
  })
})
