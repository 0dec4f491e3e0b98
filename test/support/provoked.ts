/** What a campaign does not do by itself: errors with people's words in every place, a dump, a planted leak. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import postgres from 'postgres'
import { startPostgres } from '../../db/server.ts'
import { readCredentials } from '../../simulator/credentials.ts'
import type { Truth } from '../../simulator/truth.ts'
import type { System } from '../../supervisor/start-system.ts'

/** Marked words in every wrong field, in paths and in heads; what was answered lies in `errors/`. */
export async function provokeErrors(
  system: System,
  truth: Truth,
  dataDir: string,
): Promise<number> {
  const { register } = await readCredentials(dataDir)
  const folder = join(dataDir, 'errors')
  await mkdir(folder)
  let asked = 0
  const ask = async (method: string, path: string, body?: unknown, headers = {}) => {
    const response = await fetch(`${system.urls.web}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${register.token}`,
        'content-type': 'application/json',
        ...headers,
      },
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      redirect: 'manual',
    })
    const text = await response.text()
    if (response.status < 300) throw new Error(`${method} ${path} was taken for right`)
    asked += 1
    const heads = JSON.stringify([response.status, ...response.headers])
    await writeFile(join(folder, `${asked}.txt`), `${heads}\n${text}`)
  }
  for (const person of truth.people.slice(0, 2)) {
    const words = markedWords(person)
    for (const [path, sample] of samples(person)) {
      for (const field of fieldsOf(sample)) {
        for (const word of words) await ask('POST', path, wrongAt(sample, field, word))
      }
    }
    for (const word of words) {
      const said = encodeURIComponent(word)
      await ask('POST', '/api/v1/residents', `{"residents": [${word}`)
      await ask('GET', `/api/v1/residents/${said}?name=${said}`)
      await ask('GET', `/courses/${said}`)
      await ask('PUT', `/api/v1/venues/${said}`, { municipalityCode: '011002', name: word })
      await ask('POST', '/auth/sign-in', { name: word, password: word })
      await ask('POST', '/fhir/$immds-forecast', { resourceType: word })
      await ask('GET', '/api/v1/ledger/nothing', undefined, { authorization: `Bearer ${said}` })
    }
  }
  return asked
}

type Person = Truth['people'][number]
type Body = Record<string, unknown>

function markedWords(person: Person): string[] {
  const { name, residences, mail, myNumber } = person
  return [name.family, residences[0]!.address, mail, myNumber].filter((word) => word !== undefined)
}

/** Whole requests; each is made wrong in one field, so that nothing of them is kept. */
function samples({
  id,
  name,
  bornOn,
  mail,
  residences,
  tickets,
  myNumber,
}: Person): [string, Body][] {
  const { municipalityCode, postcode, address, from } = residences[0]!
  const where = { municipalityCode, registerNumber: `provoked-${id}` }
  const told = { eventId: crypto.randomUUID(), ...where }
  const resident = {
    ...where,
    name,
    bornOn,
    mail,
    myNumber,
    postcode,
    address,
    residentSince: from,
  }
  return [
    ['/api/v1/residents', resident],
    ['/api/v1/tickets', { ...where, number: tickets[0]?.number, issuedOn: from }],
    ['/api/v1/moves', { kind: 'addressChanged', ...told, effectiveOn: from, postcode, address }],
    ['/api/v1/deaths', { ...told, on: from }],
    [
      '/api/v1/scans',
      { scanId: crypto.randomUUID(), ticket: tickets[0], readBy: 'typed', birthYear: 1950 },
    ],
  ]
}

function fieldsOf(sample: Body): string[] {
  return [...Object.keys(sample), 'unknownField']
}

/** A list stands in a field of its own, and a field is wrong twice: too long, and of the wrong kind. */
function wrongAt(sample: Body, field: string, word: string): Body {
  const wrong = { ...sample, [field]: [word, word.repeat(40)] }
  return 'number' in sample
    ? { tickets: [wrong] }
    : 'residentSince' in sample
      ? { residents: [wrong] }
      : wrong
}

/** Every row as text: what lies compressed in the cluster's files is read here. */
export async function dumpTables(system: System, dataDir: string): Promise<void> {
  const sql = superuser(system.urls.superuserUrl as string, system.urls.databaseUrl)
  try {
    const folder = join(dataDir, 'dump')
    await mkdir(folder)
    const tables = await sql<{ name: string }[]>`
      select format('%I.%I', schemaname, tablename) as name from pg_tables
       where schemaname in ('public', 'pg_catalog') and tablename <> 'pg_authid'`
    for (const { name } of tables) {
      const rows = await sql.unsafe(`select t::text as row from ${name} t`)
      await writeFile(join(folder, `${name}.txt`), rows.map(({ row }) => row).join('\n'))
    }
  } finally {
    await sql.end()
  }
}

/** As whoever has the whole machine may do; checkpointed, so that it lies in the table's own file. */
export async function plantInDatabase(dataDir: string, text: string): Promise<void> {
  const log = { info: () => {}, warn: () => {} }
  const server = await startPostgres({ dataDir, log })
  const sql = superuser(server.superuserUrl, 'postgres://localhost/sesshu')
  try {
    // The page is in the log once since the last checkpoint, maybe compressed; what follows stands there plain.
    await sql`update venue set name = 'x' where code = (select min(code) from venue)`
    await sql`update venue set name = ${text} where code = (select min(code) from venue)`
    await sql`checkpoint`
  } finally {
    await sql.end()
    await server.stop()
  }
}

function superuser(superuserUrl: string, databaseUrl: string): postgres.Sql {
  const url = new URL(superuserUrl)
  url.pathname = new URL(databaseUrl).pathname
  return postgres(url.toString(), { max: 1, onnotice: () => {} })
}
