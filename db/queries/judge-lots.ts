/**
 * The doses of a lot whose data have changed, judged again a page at a time: each page is a transaction
 * of its own, so that no lock is held for long however many were given the lot.
 */
import type { PlainDate } from '../../domain/course.ts'
import { type LotFacts, lotFindingCodes, lotFindings } from '../../domain/findings.ts'
import { type Sql, type Tx, withPurpose } from '../client.ts'
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
    const lot = await factsOf(tx, asked)
    const doses = await dosesAfter(tx, asked)
    const settled = await settleFindings(
      tx,
      doses.map(({ municipalityCode, doseId, givenOn }) => {
        return { municipalityCode, doseId, asked: lotFindingCodes, hits: lotFindings(givenOn, lot) }
      }),
      { because: 'lotData', by: 'worker', today },
    )
    await goOn(tx, asked, doses.length === dosesAtOnce ? doses.at(-1) : undefined)
    return { ...settled, doses: doses.length }
  })
}

async function factsOf(tx: Tx, { productCode, lotNumber }: Asked): Promise<LotFacts> {
  const [row] = await tx<{ expiresOn: PlainDate | null; recalledOn: PlainDate | null }[]>`
    select expires_on as "expiresOn", recalled_on as "recalledOn" from lot
     where product_code = ${productCode} and lot_number = ${lotNumber}`
  const { expiresOn, recalledOn } = row!
  return { ...(expiresOn && { expiresOn }), ...(recalledOn && { recalledOn }) }
}

type DoseOfLot = { municipalityCode: string; doseId: string; givenOn: PlainDate }

function dosesAfter(tx: Tx, asked: Asked): Promise<DoseOfLot[]> {
  return tx<DoseOfLot[]>`
    select municipality_code as "municipalityCode", id as "doseId", given_on as "givenOn"
      from dose
     where product_code = ${asked.productCode} and lot_number = ${asked.lotNumber}
       and (municipality_code, id) > (${asked.afterTown ?? ''},
                                      ${asked.afterDose ?? '00000000-0000-0000-0000-000000000000'}::uuid)
       and voided_at is null
     order by municipality_code, id limit ${dosesAtOnce}`
}

/** To the next page; or, at the end, to the second pass; and after that the lot is done. */
async function goOn(tx: Tx, asked: Asked, last: DoseOfLot | undefined): Promise<void> {
  const { productCode, lotNumber } = asked
  if (last) {
    await tx`
      update lot_judgement
         set began_at = coalesce(began_at, clock_timestamp()), after_town = ${last.municipalityCode},
             after_dose = ${last.doseId}
       where product_code = ${productCode} and lot_number = ${lotNumber}`
    return
  }
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
