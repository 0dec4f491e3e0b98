/** A file has arrived: its row, once for the same bytes. */

import type { PlainDate } from '../../../domain/course.ts'
import { DomainError } from '../../../domain/errors.ts'
import type { ImportMode, ImportState } from '../../../domain/import.ts'
import type { LayoutKind } from '../../../domain/municipal-file.ts'
import { holdsMyNumber } from '../../../domain/my-number.ts'
import { type Sql, type Tx, withPurpose } from '../../client.ts'
import { assertSequence } from '../../imports/files.ts'
import { type ImportRef, runScope } from './run.ts'

export type ArrivedFile = ImportRef & {
  fileName: string
  mode: ImportMode
  /** What the sender says that it is; otherwise it is found out. */
  layout?: LayoutKind
  sha256: string
  bytes: number
  /** Of a sealed stick. */
  sequence?: number
  /** The account or program that brought it. */
  receivedBy: string
  today: PlainDate
}

export type Received = { importId: string; state: ImportState; isRepeat: boolean }

const fileNameMax = 200

/**
 * Keeps a file whose bytes lie in the spool already. The same bytes again are the same import, unless
 * that came to nothing: the answer names the first one, and the caller removes the second bytes. Throws
 * `fileNameHoldsNumber`, `unknownMunicipality`, `sequenceTooLow`.
 */
export async function receiveImport(sql: Sql, file: ArrivedFile): Promise<Received> {
  const fileName = cleanFileName(file.fileName)
  return withPurpose(sql, runScope(file.municipalityCode), async (tx) => {
    const [town] = await tx`select from municipality where code = ${file.municipalityCode}`
    if (!town) {
      throw new DomainError('unknownMunicipality', 'No such municipality', 'municipality')
    }
    const known = await sameFile(tx, file)
    if (known) return known
    await assertSequence(tx, { ...file, sequence: file.sequence ?? null })
    const { count } = await tx`
      insert into import_file (municipality_code, id, file_name, layout, mode, sha256, bytes, sequence,
                               received_by, received_on)
      values (${file.municipalityCode}, ${file.importId}, ${fileName}, ${file.layout ?? null},
              ${file.mode}, ${file.sha256}, ${file.bytes}, ${file.sequence ?? null},
              ${file.receivedBy}, ${file.today})
      on conflict (municipality_code, sha256)
        where state in ('received', 'reading', 'reviewed', 'applying', 'applied') do nothing`
    if (count === 0) return (await sameFile(tx, file))!
    await tx`
      insert into import_run (municipality_code, import_id, layout_asked, received_on)
      values (${file.municipalityCode}, ${file.importId}, ${file.layout ?? null}, ${file.today})`
    return { importId: file.importId, state: 'received', isRepeat: false }
  })
}

async function sameFile(tx: Tx, file: ArrivedFile): Promise<Received | undefined> {
  const [row] = await tx<Received[]>`
    select id as "importId", state, true as "isRepeat" from import_file
     where (municipality_code, sha256) = (${file.municipalityCode}, ${file.sha256})
       and state in ('received', 'reading', 'reviewed', 'applying', 'applied')`
  return row
}

/** Without folders and control characters. Throws `fileNameHoldsNumber`: a name stands in logs and lists. */
export function cleanFileName(text: string): string {
  const base = text.split(/[\\/]/).at(-1) ?? ''
  const clean = base
    .replaceAll(/[\p{Cc}\p{Cs}\p{Cf}]/gu, '')
    .normalize('NFC')
    .trim()
  if (holdsMyNumber(clean)) {
    throw new DomainError('fileNameHoldsNumber', 'The name holds a My Number', 'name')
  }
  return [...clean].slice(0, fileNameMax).join('') || 'file'
}
