/** Everybody who stands in a printed register, and the pages of the one that lies in the binder. */
import type { DoseToPlace } from '../../../domain/dose-slots.ts'
import type { PrintedPage } from '../../../domain/register-pages.ts'
import type { Sql, Tx } from '../../client.ts'
import { look } from '../../looks.ts'
import type { OpenPerson } from '../../people/open-person.ts'
import { openForRegister } from '../../people/printed-people.ts'
import type { Store } from '../../store.ts'
import type { FileKey } from '../office-files.ts'
import { type ReturnedDose, readDoses, returned } from '../returns/doses.ts'
import { byRegisterNumber, type ReturnAsk } from '../returns/pages.ts'

export type PersonInRegister = {
  id: string
  registerNumber: string
  person: OpenPerson
  /** `keptBy`: another town that keeps it; of it no venue is known. */
  doses: (ReturnedDose & DoseToPlace & { keptBy?: string })[]
}

/**
 * Whoever has a dose, in whatever state of the register; never somebody who was erased. Of who is
 * protected the places are left out, as in the files.
 */
export function peopleInRegister(
  store: Store,
  ask: Omit<ReturnAsk, 'purpose'>,
): AsyncGenerator<PersonInRegister[]> {
  const { municipalityCode } = ask
  return byRegisterNumber(store, { ...ask, purpose: 'printPaper' }, async (tx, people) => {
    const ids = people.map(({ residentId }) => residentId)
    const found = await readDoses(tx, municipalityCode, ids)
    const rows = [...found.keys()].map((residentId) => ({ municipalityCode, residentId }))
    await look(
      tx,
      rows.map((row) => ({ ...row, fields: ['doses'] })),
    )
    const opened = await openForRegister(tx, store.vault, rows)
    return people.flatMap(({ residentId, registerNumber, isProtected }) => {
      const person = opened.get(residentId)
      if (!person) return []
      const doses = found.get(residentId)!.map((row) => {
        const { venueName, ...dose } = returned(row)
        if (isProtected) return dose
        if (row.keptBy !== municipalityCode) return { ...dose, keptBy: row.keptBy }
        return venueName === undefined ? dose : { ...dose, venueName }
      })
      return [{ id: residentId, registerNumber, person, doses }]
    })
  })
}

/** The pages of the print that was last said to lie in the binder; undefined before the first. */
export async function pagesInBinder(
  sql: Sql,
  municipalityCode: string,
): Promise<PrintedPage[] | undefined> {
  const [last] = await sql<{ id: string }[]>`
    select id from office_file
     where municipality_code = ${municipalityCode} and kind = 'registerPrint' and done_at is not null
     order by done_at desc limit 1`
  if (!last) return undefined
  return sql<PrintedPage[]>`
    select code, encode(digest, 'hex') as digest from register_print_page
     where municipality_code = ${municipalityCode} and file_id = ${last.id} order by position`
}

/** Of the whole register, whether or not a page is in the file. In the place of an earlier attempt's. */
export async function keepPages(
  tx: Tx,
  file: FileKey,
  pages: (PrintedPage & { isPrinted: boolean })[],
): Promise<void> {
  const { municipalityCode, fileId } = file
  await tx`
    delete from register_print_page
     where municipality_code = ${municipalityCode} and file_id = ${fileId}`
  const rows = pages.map(({ code, digest, isPrinted }, i) => {
    return { position: i + 1, code, digest, is_printed: isPrinted }
  })
  await tx`
    insert into register_print_page (municipality_code, file_id, position, code, digest, is_printed)
    select ${municipalityCode}, ${fileId}, p.position, p.code, decode(p.digest, 'hex'), p.is_printed
      from json_to_recordset(${JSON.stringify(rows)}::text::json)
        as p(position int, code text, digest text, is_printed boolean)`
}
