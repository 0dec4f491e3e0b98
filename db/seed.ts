import { readFile } from 'node:fs/promises'
import { connect, type Sql } from './client.ts'
import { publishPlans } from './oversight/plan.ts'

const codeList = new URL('../data/municipalities-2021-02-02.csv', import.meta.url)

/**
 * The ministry's list of municipalities as of 2021-02-02 (1,747 rows), as the tables' owner, after
 * migrating. Idempotent; a name that changed in the list follows it.
 */
export async function seedMunicipalities(ownerSql: Sql): Promise<void> {
  const rows = parseCodeList(await readFile(codeList, 'utf8'))
  await ownerSql`
    insert into municipality (code, prefecture, name, kana)
    select m.code, m.prefecture, m.name, m.kana
      from jsonb_to_recordset(${ownerSql.json(rows)})
        as m(code text, prefecture text, name text, kana text)
    on conflict (code) do update
      set prefecture = excluded.prefecture, name = excluded.name, kana = excluded.kana
      where (municipality.prefecture, municipality.name, municipality.kana)
         is distinct from (excluded.prefecture, excluded.name, excluded.kana)`
}

/** What every database of the system must hold before anything can be told to it. Idempotent. */
export async function seedReferenceData(ownerUrl: string): Promise<void> {
  const sql = connect(ownerUrl, { name: 'sesshu-seed', max: 1 })
  try {
    await seedMunicipalities(sql)
    await publishPlans(sql)
  } finally {
    await sql.end({ timeout: 5 })
  }
}

/** The file of this project: four columns, no quoting. */
function parseCodeList(text: string) {
  const [header, ...lines] = text
    .replace(/^\ufeff/, '')
    .trim()
    .split(/\r?\n/)
  if (header !== 'code,prefecture,name,kana') throw new Error(`Unknown columns in ${codeList}`)
  return lines.map((line) => {
    const [code, prefecture, name, kana, ...more] = line.split(',')
    if (!code || !prefecture || !name || !kana || more.length > 0) {
      throw new Error(`Not a municipality: "${line}" in ${codeList}`)
    }
    return { code, prefecture, name, kana }
  })
}
