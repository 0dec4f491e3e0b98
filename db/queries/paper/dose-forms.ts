/** Whose dose forms are printed for a venue's day, and which of a printed batch have come back. */
import type { PlainDate } from '../../../domain/course.ts'
import { look, type Sql, type Tx, withPurpose } from '../../client.ts'
import type { FileKey } from '../office-files.ts'

/** Somebody with a sheet in force, who is not protected. */
export type FormCandidate = {
  municipalityCode: string
  residentId: string
  registerNumber: string
  /** Of the newest sheet. */
  numberIndex: Uint8Array
  number: Uint8Array
}

export type CandidatesAsk = {
  municipalityCode: string
  /** On which the pile is printed: a pile for later lies about until then. */
  day: PlainDate
  doseNumber: number
  givenOn: PlainDate
  /** The last register number of the batch before; a batch goes on after it. */
  after: string
}

/**
 * Registered people who wait for that dose, and may have it on that day; by register number. Whoever has no
 * sheet takes nobody's place in the batch.
 */
export function readCandidates(
  tx: Tx,
  ask: CandidatesAsk & { atMost: number },
): Promise<FormCandidate[]> {
  return tx<FormCandidate[]>`
    select "municipalityCode", "residentId", "registerNumber", "numberIndex", number
      from (${waiting(tx, ask)}) w
     where number is not null and not "isProtected"
     order by "registerNumber" limit ${ask.atMost}`
}

/** How many more wait, protected or without a sheet, up to a register number or to the end. Names nobody. */
export async function countLeftOut(
  tx: Tx,
  ask: CandidatesAsk,
  upTo: string | undefined,
): Promise<number> {
  const [row] = await tx<{ people: number }[]>`
    select count(*)::int as people from (${waiting(tx, ask)}) w
     where (number is null or "isProtected") and "registerNumber" <= coalesce(${upTo ?? null}, "registerNumber")`
  return row!.people
}

function waiting(tx: Tx, { municipalityCode, day, doseNumber, givenOn, after }: CandidatesAsk) {
  return tx`
    select r.municipality_code as "municipalityCode", r.id as "residentId",
           r.register_number as "registerNumber",
           exists (select from protected_under(r.municipality_code, r.id, ${givenOn})
                   union all
                   select from protected_under(r.municipality_code, r.id, ${day})) as "isProtected",
           t.number_index as "numberIndex", t.number
      from resident r
      join course c on (c.home_municipality_code, c.home_resident_id) = (r.municipality_code, r.id)
      left join lateral (
        select number_index, number from ticket
         where municipality_code = r.municipality_code and resident_id = r.id
           and revoked_on is null and number is not null
         order by issued_on desc, recorded_on desc, number_index limit 1) t on true
     where r.municipality_code = ${municipalityCode} and r.status = 'registered'
       and r.erased_at is null and r.register_number > ${after}
       and c.closed_because is null and c.stage <> 'complete' and c.doses_given = ${doseNumber - 1}
       and (c.earliest_on is null or c.earliest_on <= ${givenOn})`
}

/** Where the batch after a printed one begins; undefined when there is no such batch. */
export async function endOfBatch(tx: Tx, file: FileKey): Promise<string | undefined> {
  const [row] = await tx<{ last: string | null }[]>`
    select max(r.register_number) as last
      from paper_form f
      join resident r on (r.municipality_code, r.id) = (f.municipality_code, f.resident_id)
     where f.municipality_code = ${file.municipalityCode} and f.file_id = ${file.fileId}`
  return row?.last ?? undefined
}

export type FormToKeep = { page: number; residentId: string; numberIndex: Uint8Array }

/** In the place of what an attempt before this one left. */
export async function keepForms(
  tx: Tx,
  file: FileKey,
  doseNumber: number,
  forms: FormToKeep[],
): Promise<void> {
  const rows = forms.map(({ page, residentId, numberIndex }) => {
    return { page, resident: residentId, number_index: Buffer.from(numberIndex).toString('hex') }
  })
  await tx`
    delete from paper_form
     where municipality_code = ${file.municipalityCode} and file_id = ${file.fileId}`
  await tx`
    insert into paper_form (municipality_code, file_id, page, resident_id, number_index, dose_number)
    select ${file.municipalityCode}, ${file.fileId}, f.page, f.resident, decode(f.number_index, 'hex'),
           ${doseNumber}
      from json_to_recordset(${JSON.stringify(rows)}::text::json)
        as f(page int, resident uuid, number_index text)`
}

export type FormState = { page: number; isBack: boolean }

/** Pages of a batch, and whether each became a scan. Whose they are is not read. */
export async function formStates(sql: Sql, file: FileKey): Promise<FormState[]> {
  const { municipalityCode } = file
  return withPurpose(
    sql,
    { municipalityCode, purpose: 'printPaper', look: [] },
    (tx) => tx<FormState[]>`
      select page, scan_id is not null as "isBack" from paper_form
       where municipality_code = ${municipalityCode} and file_id = ${file.fileId}
       order by page`,
  )
}

export type FormFound = {
  page: number
  residentId: string
  doseNumber: number
  scanId: string | null
}

/** The forms of a batch by their tickets' indexes, in hex; one look at each person found. */
export async function findForms(
  sql: Sql,
  file: FileKey,
  indexes: string[],
): Promise<Map<string, FormFound>> {
  const { municipalityCode, fileId } = file
  return withPurpose(sql, { municipalityCode, purpose: 'printPaper' }, async (tx) => {
    const rows = await tx<(FormFound & { index: string })[]>`
      select page, resident_id as "residentId", dose_number as "doseNumber", scan_id as "scanId",
             encode(number_index, 'hex') as index
        from paper_form
       where municipality_code = ${municipalityCode} and file_id = ${fileId}
         and encode(number_index, 'hex') = any(${indexes})`
    await look(
      tx,
      rows.map(({ residentId }) => ({ municipalityCode, residentId, fields: ['ticket'] })),
    )
    return new Map(rows.map(({ index, ...form }) => [index, form]))
  })
}

export async function formIsBack(
  sql: Sql,
  file: FileKey,
  { page, residentId }: Pick<FormFound, 'page' | 'residentId'>,
  scanId: string,
): Promise<void> {
  const { municipalityCode, fileId } = file
  const scope = {
    ...{ municipalityCode, purpose: 'printPaper' as const },
    look: { municipalityCode, residentId, fields: ['ticket'] },
  }
  await withPurpose(sql, scope, async (tx) => {
    await tx`
      update paper_form set scan_id = ${scanId}, read_at = now()
       where municipality_code = ${municipalityCode} and file_id = ${fileId} and page = ${page}
         and scan_id is null`
  })
}
