/**
 * What a protecting town has arranged with somebody it protects: told by them, read for one task that is
 * still open, and by nobody else. The register's town, where it is another one, has no row of it.
 */
import type { PlainDate } from '../../domain/course.ts'
import { DomainError } from '../../domain/errors.ts'
import { look, type Tx, withPurpose } from '../client.ts'
import {
  type Arrangement,
  dropArrangements,
  keepArrangement,
  openArrangement,
} from '../people/delivery.ts'
import type { Store } from '../store.ts'
import type { CourseHome } from './plan-input.ts'
import { protectedUnder } from './protection.ts'
import { findResident, type RegisterKey } from './register-events.ts'

/** Throws `unknownResident`, `notProtected` (here, today), `residentErased`. */
export async function arrangeDelivery(
  { sql, vault }: Store,
  { arrangement, ...key }: RegisterKey & { arrangement: Arrangement },
  today: PlainDate,
): Promise<void> {
  await withPurpose(sql, scopeOf(key), async (tx) => {
    const row = await residentOf(tx, key)
    if (!(await isProtectedHere(tx, row, today))) {
      throw new DomainError('notProtected', 'This town protects nobody so', 'registerNumber')
    }
    await keepArrangement(tx, vault, row, arrangement)
  })
}

export type TaskKey = { municipalityCode: string; taskId: string }

/**
 * For one open task by hand, while its person is protected here; else undefined: no such task, one that
 * is done, somebody protected no more and nothing arranged are told alike.
 */
export async function deliveryFor(
  { sql, vault }: Store,
  task: TaskKey,
  today: PlainDate,
): Promise<Arrangement | undefined> {
  return withPurpose(sql, scopeOf(task), async (tx) => {
    const [row] = await tx<CourseHome[]>`
      select municipality_code as "municipalityCode", resident_id as "residentId" from task
       where municipality_code = ${task.municipalityCode} and id = ${task.taskId}
         and kind = 'noticeByHand' and done_at is null and resident_id is not null`
    await look(tx, row ? [{ ...row, fields: ['tasks'] }] : [])
    if (!row || !(await isProtectedHere(tx, row, today))) return undefined
    return openArrangement(tx, vault, row)
  })
}

/** Whether there was one. Throws `unknownResident`. */
export async function endDelivery({ sql }: Store, key: RegisterKey): Promise<boolean> {
  return withPurpose(sql, scopeOf(key), async (tx) => {
    return dropArrangements(tx, [await residentOf(tx, key)])
  })
}

function scopeOf({ municipalityCode }: { municipalityCode: string }) {
  return { municipalityCode, purpose: 'byHandDelivery' } as const
}

async function residentOf(tx: Tx, key: RegisterKey): Promise<CourseHome> {
  const row = await findResident(tx, key)
  await look(tx, row ? [{ ...row, fields: ['registerEvents'] }] : [])
  if (!row) throw new DomainError('unknownResident', 'No such number', 'registerNumber')
  return row
}

async function isProtectedHere(tx: Tx, row: CourseHome, today: PlainDate): Promise<boolean> {
  const under = await protectedUnder(tx, row, today)
  return under?.municipalityCode === row.municipalityCode
}
