/** Lots that are given out: what is said of them, what is in force, and the people who were given one. */
import { currentActor } from '../../config/actor.ts'
import type { PlainDate } from '../../domain/course.ts'
import { type LotStatement, lotFactsOn } from '../../domain/lot.ts'
import { look, type Sql, type Tx, withPurpose } from '../client.ts'
import { inRegister } from './register-events.ts'

export type LotTold = {
  productCode: string
  lotNumber: string
  /** The last day of use. */
  expiresOn?: PlainDate | undefined
  /** The first day of a recall; null lifts it. */
  recalledOn?: PlainDate | null | undefined
  /** From which day both are known; today if left out, and what was said before is then said again. */
  knownFrom?: PlainDate | undefined
  source?: string | undefined
  expiries?:
    | { expiresOn: PlainDate; knownFrom: PlainDate; source?: string | undefined }[]
    | undefined
}

/** Returns the index of the first lot of an unknown product, and then writes nothing. */
export async function putLots(
  sql: Sql,
  lots: LotTold[],
  today: PlainDate,
): Promise<number | undefined> {
  const work = async (tx: Tx) => {
    const products = await tx<{ code: string }[]>`select code from product`
    const codes = new Set(products.map((product) => product.code))
    const unknown = lots.findIndex((lot) => !codes.has(lot.productCode))
    if (unknown >= 0) return unknown
    const named = lots.map(({ productCode: product, lotNumber: lot }) => ({ product, lot }))
    const added = await tx<LotKey[]>`
      insert into lot (product_code, lot_number)
      select distinct product, lot
        from jsonb_to_recordset(${tx.json(named)}) as l(product text, lot text) order by 1, 2
      on conflict (product_code, lot_number) do nothing
      returning product_code as "productCode", lot_number as "lotNumber"`
    // Two who tell of one lot take turns: each follows what the other said.
    await tx`
      select from lot where (product_code, lot_number) in (
        select product, lot from jsonb_to_recordset(${tx.json(named)}) as l(product text, lot text))
       order by product_code, lot_number for update`
    await keepStatements(tx, lots, today)
    const changed = await followStatements(tx, lots, today)
    await askToJudge(tx, [...added, ...changed])
    return undefined
  }
  // Nobody's row is looked at.
  return inRegister(sql, '', work, 'manageTown')
}

type LotKey = { productCode: string; lotNumber: string }

async function keepStatements(tx: Tx, lots: LotTold[], today: PlainDate): Promise<void> {
  const rows = lots.flatMap(statementsOf).map((row, i) => ({ i, ...row }))
  await tx`
    insert into lot_statement (product_code, lot_number, kind, on_day, known_from, source, told_by)
    select product, lot, kind, on_day, coalesce(known_from, ${today}::date), source, ${currentActor().id}
      from jsonb_to_recordset(${tx.json(rows)})
        as t(i int, product text, lot text, kind text, on_day date, known_from date, source text)
     where not exists (
       select from lot_statement s
        where (s.product_code, s.lot_number, s.kind) = (t.product, t.lot, t.kind)
          and s.on_day is not distinct from t.on_day
          and (t.known_from is null or s.known_from = t.known_from))
     order by i`
}

function statementsOf(told: LotTold) {
  const { productCode: product, lotNumber: lot, expiresOn, recalledOn, expiries = [] } = told
  const from = { known_from: told.knownFrom ?? null, source: told.source ?? null }
  const row = { product, lot, ...from }
  return [
    ...(expiresOn ? [{ ...row, kind: 'expiry', on_day: expiresOn }] : []),
    ...expiries.map((one) => ({
      ...{ product, lot, kind: 'expiry', on_day: one.expiresOn },
      ...{ known_from: one.knownFrom, source: one.source ?? null },
    })),
    ...(recalledOn === undefined ? [] : [{ ...row, kind: 'recall', on_day: recalledOn }]),
  ]
}

/** Writes into the lots what is in force today; answers those that it changed. */
async function followStatements(tx: Tx, lots: LotKey[], today: PlainDate): Promise<LotKey[]> {
  const keys = lots.map(({ productCode: product, lotNumber: lot }) => ({ product, lot }))
  const told = await tx<(LotKey & { statements: LotStatement[] })[]>`
    select product_code as "productCode", lot_number as "lotNumber",
           json_agg(json_build_object('kind', kind, 'onDay', on_day, 'knownFrom', known_from)
                    order by id) as statements
      from lot_statement
     where (product_code, lot_number) in (
       select product, lot from jsonb_to_recordset(${tx.json(keys)}) as l(product text, lot text))
     group by 1, 2`
  const inForce = told.map(({ productCode, lotNumber, statements }) => {
    const { expiresOn, recalledOn } = lotFactsOn(statements, today)
    const says = (kind: LotStatement['kind']) => statements.some((one) => one.kind === kind)
    return {
      ...{ product: productCode, lot: lotNumber },
      ...{ expires: expiresOn ?? null, says_expiry: says('expiry') },
      ...{ recalled: recalledOn ?? null, says_recall: says('recall') },
    }
  })
  return tx<LotKey[]>`
    with told as (
      select * from jsonb_to_recordset(${tx.json(inForce)})
        as t(product text, lot text, expires date, says_expiry boolean, recalled date,
             says_recall boolean)
    ), was as (
      select l.* from lot l join told t on (t.product, t.lot) = (l.product_code, l.lot_number)
    ), followed as (
      update lot l
         set expires_on = case when t.says_expiry then t.expires else l.expires_on end,
             recalled_on = case when t.says_recall then t.recalled else l.recalled_on end,
             followed_to = greatest(l.followed_to, ${today}::date)
        from told t where (t.product, t.lot) = (l.product_code, l.lot_number)
      returning l.*)
    select f.product_code as "productCode", f.lot_number as "lotNumber"
      from followed f join was w using (product_code, lot_number)
     where (f.expires_on, f.recalled_on) is distinct from (w.expires_on, w.recalled_on)`
}

/** Asked again while it is under way, a lot is judged from the beginning. */
async function askToJudge(tx: Tx, lots: LotKey[]): Promise<void> {
  const keys = lots.map(({ productCode: product, lotNumber: lot }) => ({ product, lot }))
  await tx`
    insert into lot_judgement (product_code, lot_number)
    select distinct product, lot
      from jsonb_to_recordset(${tx.json(keys)}) as l(product text, lot text) order by 1, 2
    on conflict (product_code, lot_number) do update
      set asked_at = excluded.asked_at, next_at = excluded.next_at, began_at = null,
          after_town = null, after_dose = null`
}

const followAtOnce = 500

/** Statements that begin to hold today, told on an earlier day. Answers how many lots changed by them. */
export async function followDueStatements(sql: Sql, today: PlainDate): Promise<number> {
  const scope = { municipalityCode: [], purpose: 'judgeLots' } as const
  return withPurpose(sql, scope, async (tx) => {
    const due = await tx<LotKey[]>`
      select l.product_code as "productCode", l.lot_number as "lotNumber" from lot l
       where exists (select from lot_statement s
                      where (s.product_code, s.lot_number) = (l.product_code, l.lot_number)
                        and s.known_from <= ${today}
                        and s.known_from > coalesce(l.followed_to, '-infinity'))
       order by 1, 2 limit ${followAtOnce} for update of l skip locked`
    if (due.length === 0) return 0
    const changed = await followStatements(tx, due, today)
    await askToJudge(tx, changed)
    return changed.length
  })
}

export type CountOfLot = { people: number; doses: number }

/**
 * Axis: residence today. `elsewhere` is one sum over all other towns, without whoever is protected: a
 * number by town would tell where somebody has gone.
 */
export async function residencesOfLot(
  tx: Tx,
  { productCode, lotNumber }: LotKey,
  today: PlainDate,
): Promise<{ here: CountOfLot; elsewhere: CountOfLot }> {
  const counts = await tx<(CountOfLot & { isHere: boolean })[]>`
    select municipality_code is not null as "isHere", people, doses
      from lot_towns(${productCode}, ${lotNumber}, ${today})`
  const of = (isHere: boolean): CountOfLot => {
    const found = counts.find((one) => one.isHere === isHere)
    return { people: found?.people ?? 0, doses: found?.doses ?? 0 }
  }
  return { here: of(true), elsewhere: of(false) }
}

export type PersonOfLot = {
  courseId: string
  residentId: string
  givenOn: PlainDate
  doseNumber: number
}

export const peopleAtOnce = 200

/** Those who live in the town today, by their random course ids; one look for each. */
export async function peopleOfLot(
  tx: Tx,
  municipalityCode: string,
  { productCode, lotNumber }: LotKey,
  after?: string,
): Promise<PersonOfLot[]> {
  const people = await tx<PersonOfLot[]>`
    select course_id as "courseId", resident_id as "residentId", given_on as "givenOn",
           dose_number as "doseNumber"
      from lot_people(${municipalityCode}, ${productCode}, ${lotNumber}, ${after ?? null},
                      ${peopleAtOnce})`
  await look(
    tx,
    people.map(({ courseId, residentId }) => {
      return { municipalityCode, residentId, courseId, fields: ['doses'] }
    }),
  )
  return people
}
