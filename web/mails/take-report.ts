import { boundTo } from '../../auth/caller.ts'
import type { Sql } from '../../db/client.ts'
import { type BounceVia, type TakenBounce, takeBounce } from '../../db/queries/mail-bounces.ts'
import type { PlainDate } from '../../domain/course.ts'
import { type ReadBounce, readBounce } from '../../mail/bounce-report.ts'

export type TakenReport =
  | TakenBounce
  | 'otherTown'
  | Extract<ReadBounce, { notTaken: string }>['notTaken']

/** Reads a report that somebody hands in, and notes it if it is about a mail of theirs. It is not kept. */
export async function takeReport(
  sql: Sql,
  bytes: Uint8Array,
  how: { via: BounceVia; on: PlainDate },
): Promise<TakenReport> {
  const read = await readBounce(bytes)
  if ('notTaken' in read) return read.notTaken
  const own = boundTo()
  if (own !== undefined && own !== read.report.municipalityCode) return 'otherTown'
  return takeBounce(sql, read.report, how)
}
