/**
 * The doses of a lot whose data have changed, judged again a page at a time: each page is a transaction
 * of its own in the rows of one town, so that no lock is held for long however many were given the lot.
 */
import type { PlainDate } from '../../domain/course.ts'
import { type LotFacts, lotFindingCodes, lotFindings } from '../../domain/findings.ts'
import { type Sql, type Tx, withPurpose } from '../client.ts'
import { widenScope } from '../scope.ts'
import { type Settled, settleFindings } from './findings/settle.ts'

const dosesAtOnce = 200
/** Longer than a scan may take that read the lot as it was: what it wrote is met by the second pass. */
const secondPassAfterSeconds = 70

export type JudgedPage = Settled & { doses: number }

type Asked = {
  productCode: string
  lotNumber: string
  afterTown: string | null
  afterDose: string | null
}

/** Undefined when no lot is due now. Any number of workers may ask side by side. */
export async function judgeNextPage(sql: Sql, today: PlainDate): Promise<JudgedPage | undefined> {
  const scope = { municipalityCode: [], purpose: 'judgeLots' } as const
  return withPurpose(sql, scope, async (tx) => {
    const [asked] = await tx<Asked[]>`
      select product_code as "productCode", lot_number as "lotNumber", after_town as "afterTown",
             after_dose as "afterDose"
        from lot_judgement where next_at <= clock_timestamp()
       order by next_at limit 1 for update skip locked`
    if (!asked) return undefined
    const town = await nextTown(tx, asked)
    if (town === undefined) {
      await endPass(tx, asked)
      return { doses: 0, found: 0, hitNoMore: 0 }
    }
    await widenScope(tx, [town])
    const lot = await factsOf(tx, asked)
    const doses = await dosesAfter(tx, asked, town)
    const last = doses.at(-1)
    // Voided in this moment: asked again, it goes on after it.
    if (!last) return { doses: 0, found: 0, hitNoMore: 0 }
    const settled = await settleFindings(
      tx,
      doses.map(({ doseId, givenOn }) => {
        const hits = lotFindings(givenOn, lot)
        return { municipalityCode: town, doseId, asked: lotFindingCodes, hits }
      }),
      { because: 'lotData', by: 'worker', today },
    )
    await goOn(tx, asked, town, last)
    return { ...settled, doses: doses.length }
  })
}

async function nextTown(tx: Tx, asked: Asked): Promise<string | undefined> {
  const [row] = await tx<{ town: string | null }[]>`
    select next_town_of_lot(${asked.productCode}, ${asked.lotNumber}, ${asked.afterTown},
                            ${asked.afterDose}) as town`
  return row!.town ?? undefined
}

async function factsOf(tx: Tx, { productCode, lotNumber }: Asked): Promise<LotFacts> {
  const [row] = await tx<{ expiresOn: PlainDate | null; recalledOn: PlainDate | null }[]>`
    select expires_on as "expiresOn", recalled_on as "recalledOn" from lot
     where product_code = ${productCode} and lot_number = ${lotNumber}`
  const { expiresOn, recalledOn } = row!
  return { ...(expiresOn && { expiresOn }), ...(recalledOn && { recalledOn }) }
}

type DoseOfLot = { doseId: string; givenOn: PlainDate }

function dosesAfter(tx: Tx, asked: Asked, town: string): Promise<DoseOfLot[]> {
  const { productCode, lotNumber, afterTown, afterDose } = asked
  return tx<DoseOfLot[]>`
    select id as "doseId", given_on as "givenOn" from dose
     where product_code = ${productCode} and lot_number = ${lotNumber}
       and municipality_code = ${town}
       and id > ${(afterTown === town && afterDose) || '00000000-0000-0000-0000-000000000000'}::uuid
       and voided_at is null
     order by id limit ${dosesAtOnce}`
}

async function goOn(tx: Tx, asked: Asked, town: string, last: DoseOfLot): Promise<void> {
  await tx`
    update lot_judgement
       set began_at = coalesce(began_at, clock_timestamp()), after_town = ${town},
           after_dose = ${last.doseId}
     where product_code = ${asked.productCode} and lot_number = ${asked.lotNumber}`
}

/** Then comes the second pass; and after that the lot is done. */
async function endPass(tx: Tx, { productCode, lotNumber }: Asked): Promise<void> {
  const again = tx`asked_at + make_interval(secs => ${secondPassAfterSeconds})`
  const done = await tx`
    delete from lot_judgement
     where product_code = ${productCode} and lot_number = ${lotNumber}
       and coalesce(began_at, clock_timestamp()) >= ${again}`
  if (done.count > 0) return
  await tx`
    update lot_judgement
       set next_at = ${again}, began_at = null, after_town = null, after_dose = null
     where product_code = ${productCode} and lot_number = ${lotNumber}`
}
