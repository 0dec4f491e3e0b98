/**
 * A city's register from one CP932 file: reviewed, applied with sealing, told again with one row changed;
 * beside a bare COPY of the same rows into a plain table of the same server in the same run.
 */
import { createCipheriv, createHash, randomBytes, randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream, type WriteStream } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { connect } from '../db/client.ts'
import {
  applyReviewed,
  type ChangeSink,
  decodeChanges,
  encodeChanges,
  reviewFile,
} from '../db/imports/engine.ts'
import { receiveImport } from '../db/queries/imports/receive.ts'
import type { Store } from '../db/store.ts'
import type { PlainDate } from '../domain/course.ts'
import { canonicalProfile } from '../files/profile.ts'
import { readRows } from '../files/read-file.ts'
import { temporaryFolder } from './lib/at-stop.ts'
import { cpuMsOf } from './lib/cpu-time.ts'
import { type BenchDatabase, benchDatabase } from './lib/database.ts'
import { type BenchKeyd, benchKeyd } from './lib/keyd.ts'
import { startSealer } from './lib/parts.ts'
import { writeRegisterFile } from './lib/register-file.ts'
import { benchTown } from './lib/residents.ts'

export type ImportBenchOptions = { rows: number; seed: number }

const today = '2021-04-01' as PlainDate
const lookEveryMs = 100
const megabyte = 1_048_576

type Say = (line: string) => void
type Bench = { database: BenchDatabase; keyd: BenchKeyd; store: Store; folder: string; say: Say }

export async function benchImport({ rows, seed }: ImportBenchOptions, say: Say) {
  const loadBefore = Number(loadavg()[0]!.toFixed(1))
  const closing: (() => Promise<unknown>)[] = []
  try {
    const { path: folder, remove } = await temporaryFolder('sesshu-import-')
    closing.unshift(remove)
    const database = await benchDatabase()
    closing.unshift(() => database.stop())
    const keyd = await benchKeyd(database)
    closing.unshift(() => keyd.stop())
    const sealer = await startSealer(database)
    closing.unshift(() => sealer.stop())
    const sql = connect(database.urls.sesshu_import, { name: 'bench-importer', max: 4 })
    closing.unshift(() => sql.end({ timeout: 5 }))
    const bench: Bench = { database, keyd, folder, say, store: { sql, vault: keyd.importVault } }
    await database.sql`insert into municipality (code, prefecture, name, kana)
                       values (${benchTown}, '見本県', '見本市', 'みほんし')`

    say(`writing ${rows} made-up people`)
    const first = join(folder, 'register.csv')
    const bytes = await writeRegisterFile(first, { rows, seed })
    const floor = await bareCopy(bench, first, rows)
    const brought = await play(bench, first, rows)
    const second = join(folder, 'register-again.csv')
    await writeRegisterFile(second, { rows, seed, changedRow: Math.floor(rows / 2) })
    await database.sql`vacuum analyze`
    const again = await play(bench, second, rows)
    return {
      ...{ rows, fileMegabytes: Math.round(bytes / megabyte), bareCopyPerSecond: floor },
      ...{ brought, toldAgainWithOneRowChanged: again, loadBefore },
      ...{ cores: cpus().length, cpu: cpus()[0]?.model ?? 'unknown', node: process.version },
    }
  } finally {
    for (const close of closing) await close()
  }
}

/** The file's own text, transcoded by the server, into a table without keys. */
async function bareCopy({ database, say }: Bench, path: string, rows: number): Promise<number> {
  say('bare COPY')
  const { columns } = canonicalProfile('residentRegister')
  const table = columns.map((_, i) => `c${i} text`).join(', ')
  await database.sql.unsafe(`create table bare (${table})`)
  const began = performance.now()
  const copy = await database.sql`
    copy bare from stdin (format csv, header, encoding 'SJIS')`.writable()
  await pipeline(createReadStream(path), copy)
  const perSecond = rate(rows, began)
  await database.sql`drop table bare`
  return perSecond
}

/** One file from its review to its receipt. */
async function play(bench: Bench, path: string, rows: number) {
  const { store, say, folder } = bench
  const importId = randomUUID()
  const job = { importId, municipalityCode: benchTown, kind: 'residentRegister', today } as const
  const sha256 = createHash('sha256').update(importId).digest('hex')
  const file = { fileName: 'register.csv', receivedBy: 'bench', bytes: 1 }
  await receiveImport(store.sql, { ...job, ...file, mode: 'full', sha256 })
  const kept = join(folder, `${importId}.changes`)
  const sink = sealedFile(kept)
  const profile = canonicalProfile('residentRegister')
  const source = { open: () => createReadStream(path), bytes: 1, name: 'register.csv' }

  const review = await measured(bench, () =>
    reviewFile(store, {
      ...job,
      mode: 'full',
      rows: readRows(source, { ...profile, encoding: 'cp932' } as never, {
        ...{ municipalityCode: benchTown, today },
      }),
      changes: sink,
      onProgress: said(say, 'reviewed', rows),
    }),
  )
  await sink.close()
  const apply = await measured(bench, () =>
    applyReviewed(store, {
      ...{ ...job, mode: 'full', appliedBy: 'bench' },
      changes: decodeChanges(createReadStream(kept)),
      onProgress: said(say, 'applied', rows),
    }),
  )
  const { counts, missingFromFile } = review.answer
  return {
    ...{ counts, missingFromFile, applied: apply.answer.applied },
    review: { perSecond: Math.round(rows / review.seconds), ...review.cost },
    apply: {
      ...{ seconds: Number(apply.seconds.toFixed(2)), ...apply.cost },
      perSecond: Math.round(apply.answer.applied / apply.seconds),
    },
  }
}

function rate(rows: number, began: number): number {
  return Math.round(rows / ((performance.now() - began) / 1_000))
}

function said(say: Say, what: string, all: number): (progress: { rows: number }) => void {
  let next = 0
  const began = performance.now()
  return ({ rows }) => {
    if (rows < next) return
    next = rows + all / 10
    say(`${what} ${rows}: ${rate(rows, began)}/s`)
  }
}

/** Seconds, the highest RSS of this process, and processor time of all that take part. */
async function measured<T>({ database, keyd }: Bench, work: () => Promise<T>) {
  let rss = 0
  const timer = setInterval(() => {
    rss = Math.max(rss, process.memoryUsage.rss())
  }, lookEveryMs)
  const [own, others] = [process.cpuUsage(), await othersMs(database, keyd)]
  const began = performance.now()
  try {
    const answer = await work()
    const seconds = (performance.now() - began) / 1_000
    const { user, system } = process.cpuUsage(own)
    const after = await othersMs(database, keyd)
    const cost = {
      rssMegabytes: Math.round(Math.max(rss, process.memoryUsage.rss()) / megabyte),
      cpuSeconds: {
        importer: Number(((user + system) / 1e6).toFixed(1)),
        keyd: Number(((after.keyd - others.keyd) / 1_000).toFixed(1)),
        postgres: Number(((after.postgres - others.postgres) / 1_000).toFixed(1)),
      },
    }
    return { answer, seconds, cost }
  } finally {
    clearInterval(timer)
  }
}

/** Of PostgreSQL the backends that are there, which are the importer's. */
async function othersMs({ sql }: BenchDatabase, { pid }: BenchKeyd) {
  const backends = await sql<{ pid: number }[]>`
    select pid from pg_stat_activity where application_name = 'bench-importer'`
  const postgres = cpuMsOf(backends.map((backend) => backend.pid)) ?? 0
  return { keyd: cpuMsOf([pid]) ?? 0, postgres }
}

/** The change set on disk, sealed piece by piece as the spool would; what is read back is the plain copy. */
function sealedFile(path: string): ChangeSink & { close(): Promise<void> } {
  const key = randomBytes(32)
  const plain = createWriteStream(path)
  const sealed = createWriteStream(`${path}.sealed`)
  const put = (stream: WriteStream, bytes: Uint8Array) =>
    new Promise<void>((resolve, reject) =>
      stream.write(bytes, (error) => (error ? reject(error) : resolve())),
    )
  return {
    async write(changes) {
      if (changes.length === 0) return
      const bytes = encodeChanges(changes)
      const cipher = createCipheriv('aes-256-gcm', key, randomBytes(12))
      const shut = Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()])
      await Promise.all([put(plain, bytes), put(sealed, shut)])
    },
    close: async () => {
      await Promise.all(
        [plain, sealed].map((stream) => new Promise((resolve) => stream.end(resolve))),
      )
    },
  }
}
