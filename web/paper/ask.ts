/** What a form of these pages asks for, and the approval that it needs. */
import { z } from 'zod'
import { townClerk } from '../../auth/staff.ts'
import {
  type ApprovalRow,
  type ApprovalSubject,
  consumeApproval,
  findApproval,
  insertApproval,
  listApprovals,
} from '../../db/auth/approvals.ts'
import type { Sql } from '../../db/client.ts'
import { askForFile } from '../../db/queries/office-files.ts'
import { isPlainDate } from '../../domain/calendar.ts'
import type { PlainDate } from '../../domain/course.ts'
import { needsTwoPeople, returnEncodings, returnKinds } from '../../domain/office-file.ts'
import type { WebDeps } from '../deps.ts'

const kind = 'bulkExport'
const hours = 72

const plainDay = z.custom<PlainDate>(isPlainDate)
const returnForm = z
  .object({
    file: z.enum(returnKinds),
    encoding: z.enum(returnEncodings),
    from: plainDay.optional(),
    to: plainDay.optional(),
    withAddress: z
      .literal('1')
      .transform(() => 1 as const)
      .optional(),
  })
  .refine(({ from, to }) => !from || !to || from <= to)
const printForm = z.object({ file: z.literal('registerPrint'), pages: z.enum(['all', 'changed']) })
const askForm = z.union([returnForm, printForm])
const formsForm = z.object({
  venueCode: z.string().regex(/^\d{10}$/),
  givenOn: plainDay,
  doseNumber: z.coerce.number().int().min(1).max(9),
  afterFile: z.guid().optional(),
})

type Asked = z.output<typeof askForm>

/** The word for what came of it. */
export async function askByForm(
  deps: Deps,
  sent: Record<string, unknown>,
): Promise<'asked' | 'approvalAsked' | 'malformed'> {
  const parsed = askForm.safeParse(filled(sent))
  if (!parsed.success) return 'malformed'
  return 'fileId' in (await askForReturn(deps, parsed.data)) ? 'asked' : 'approvalAsked'
}

type Deps = Pick<WebDeps, 'sql' | 'clock'>

/** The file that is being made, or the approval that it takes first. Throws `tooManyFiles`. */
export async function askForReturn(
  { sql, clock }: Deps,
  form: Asked,
): Promise<{ fileId: string } | { approvalId: string }> {
  const { file, ...asked } = bare(form)
  const { office, id: askedBy } = townClerk()
  if (needsTwoPeople(file, asked)) {
    const subject = { municipalityCode: office, file, ...asked }
    const approval = { kind, office, subject, reasonCode, hours, askedBy } as const
    return { approvalId: await insertApproval(sql, approval) }
  }
  const wanted = { municipalityCode: office, kind: file, asked }
  return { fileId: await askForFile(sql, wanted, clock.today()) }
}

const reasonCode = 'townsOwnRecords'

/** Only what the file goes by: a period is the register's, addresses are the overdue list's. */
function bare(asked: Asked): { file: Asked['file'] } & Record<string, string | number> {
  const { file } = asked
  if (file === 'registerPrint') return asked
  const { encoding, from, to, withAddress } = asked
  return {
    ...{ file, encoding },
    ...(file === 'vaccinationRegister' && { ...(from && { from }), ...(to && { to }) }),
    ...(file === 'overdueList' && withAddress && { withAddress }),
  }
}

/** A batch of forms needs nobody else: it is one pile. */
export async function askForFormsByForm(
  { sql, clock }: WebDeps,
  sent: Record<string, unknown>,
): Promise<'asked' | 'malformed'> {
  const parsed = formsForm.safeParse(filled(sent))
  if (!parsed.success) return 'malformed'
  const { office } = townClerk()
  const { afterFile, ...asked } = parsed.data
  const file = {
    ...{ municipalityCode: office, kind: 'doseForms' as const },
    asked: { ...asked, ...(afterFile && { afterFile }) },
  }
  await askForFile(sql, file, clock.today())
  return 'asked'
}

/** Uses an approval up, for exactly what was approved. Undefined where the asker has none such. */
export async function makeApproved(
  { sql, clock }: Deps,
  approvalId: unknown,
): Promise<{ fileId: string } | undefined> {
  const id = z.guid().safeParse(approvalId)
  if (!id.success) return undefined
  const { office, id: by } = townClerk()
  const found = await findApproval(sql, id.data, office)
  if (found?.kind !== kind || found.askedBy !== by) return undefined
  const parsed = askForm.safeParse(texts(found.subject))
  if (!parsed.success) return undefined
  const { file, ...asked } = bare(parsed.data)
  const subject = { municipalityCode: office, file, ...asked }
  const wanted = { municipalityCode: office, kind: file, asked, approvalId: found.id }
  // Both or neither: an approval is not used up by a file that could not be asked for.
  return sql.begin(async (tx) => {
    const agreed = { id: found.id, kind, office, subject } as const
    if (!(await consumeApproval(tx as unknown as Sql, agreed))) return undefined
    return { fileId: await askForFile(tx, wanted, clock.today()) }
  })
}

/** As the form had them. */
function texts({ municipalityCode: _, ...subject }: ApprovalSubject): Record<string, string> {
  return Object.fromEntries(Object.entries(subject).map(([name, value]) => [name, String(value)]))
}

export type OwnApproval = Pick<ApprovalRow, 'id' | 'subject' | 'approvedBy' | 'askedAt'>

/** What the reader asked for, that may still be used. */
export async function ownApprovals({ sql }: WebDeps, nowMs: number): Promise<OwnApproval[]> {
  const { office, id } = townClerk()
  const all = await listApprovals(sql, office)
  return all.filter(
    (one) =>
      one.kind === kind && one.askedBy === id && !one.usedAt && one.expiresAt.getTime() > nowMs,
  )
}

/** A field that is left empty was not filled in. */
function filled(sent: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== ''))
}
