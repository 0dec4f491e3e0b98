/** One item as a clerk sees it who settles it: what was read or told, and who it may be. */
import type { PlainDate } from '../../../domain/course.ts'
import { look, withPurpose } from '../../client.ts'
import { openStated, type Stated } from '../../people/told-doses.ts'
import { openScanned, type ScannedPerson } from '../../people/unattached-scan.ts'
import type { Store } from '../../store.ts'
import { type Candidate, candidatesFor } from './candidates.ts'
import {
  findItem,
  type ItemKind,
  towardsTown,
  type UnattachedDose,
  type UnattachedScan,
} from './open-item.ts'

export type ItemRead = {
  item: UnattachedScan | UnattachedDose
  /** Undefined once a year has passed, and where keyd has the key no more. */
  scanned?: ScannedPerson | undefined
  stated?: Stated | undefined
  candidates: Candidate[]
}

/** Undefined for one that the office does not settle. Of a settled one nothing is opened. */
export async function readItem(
  store: Store,
  asked: { kind: ItemKind; id: string; office: string },
  today: PlainDate,
): Promise<ItemRead | undefined> {
  const municipalityCode = await towardsTown(store.sql, asked.office)
  return withPurpose(store.sql, { municipalityCode, purpose: 'resolve' }, async (tx) => {
    const item = await findItem(tx, asked.office, asked)
    await look(tx, [])
    if (!item || item.resolvedAt) return item && { item, candidates: [] }
    const { vault } = store
    const { office } = asked
    if (item.kind === 'scan') {
      const scanned = item.sealed && (await openScanned(vault, item.sealed.key, item.sealed))
      const candidates = await candidatesFor(tx, store, { office, item, scanned }, today)
      return { item, scanned, candidates }
    }
    const stated = item.sealed && (await openStated(vault, item.sealed.key, item.sealed.stated))
    return { item, stated, candidates: await candidatesFor(tx, store, { office, item }, today) }
  })
}
