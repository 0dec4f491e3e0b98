import { access, constants } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { connect } from '../../db/client.ts'
import { type Check, type Finding, fail, ok, warn } from './check.ts'

type Version = { code: string; version: number }

/** Whether every key that the database names lies in the data dir; none of them is read. */
export function keyChecks(ownerUrl: string, dataDir: string): Check[] {
  return [{ name: 'Keys', look: () => lookAtKeys(ownerUrl, join(resolve(dataDir), 'keyd')) }]
}

async function lookAtKeys(ownerUrl: string, folder: string): Promise<Finding> {
  const named = await readVersions(ownerUrl)
  if (named.length === 0) return ok('none is needed yet')
  const missing: Version[] = []
  for (const one of named) {
    const there = await isThere(join(folder, 'town', one.code, `${one.version}.key`))
    if (there === 'hidden') {
      return warn(
        `${folder} is not for this account to look into`,
        'Run doctor as root, or as keyd’s own account.',
      )
    }
    if (!there) missing.push(one)
  }
  const [first] = missing
  if (!first) return ok(`${named.length} in ${folder}`)
  return fail(
    `${missing.length} of ${named.length} are not in ${folder}, such as municipality ${first.code}, ` +
      `version ${first.version}: keyd will not start, and nothing sealed under them can be opened`,
    'Put the newest copy of the folder keyd/ there, then start again; see “Keys” in docs/runbook.md.',
  )
}

async function readVersions(ownerUrl: string): Promise<Version[]> {
  const sql = connect(ownerUrl, { max: 1, name: 'doctor' })
  try {
    const [table] = await sql<{ isThere: boolean }[]>`
      select to_regclass('town_key') is not null as "isThere"`
    if (!table?.isThere) return []
    return await sql<Version[]>`
      select municipality_code as code, version from town_key order by code, version`
  } finally {
    await sql.end({ timeout: 5 })
  }
}

async function isThere(path: string): Promise<boolean | 'hidden'> {
  return access(path, constants.F_OK).then(
    () => true,
    (error: NodeJS.ErrnoException) => (error.code === 'EACCES' ? 'hidden' : false),
  )
}
