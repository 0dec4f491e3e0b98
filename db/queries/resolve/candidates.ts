/**
 * Who it may be: the holder of the sheet that was read; whoever holds a sheet one slip away from it and was
 * born in the year that was stated; whoever has the kana and birth date that were told. Each is opened for the clerk with a look; somebody who is protected is said to be so, and no more.
 */
import type { PlainDate } from '../../../domain/course.ts'
import { oneEditAway } from '../../../domain/misread.ts'
import { look, type Sql, type Tx } from '../../client.ts'
import { rowsBornAsStated } from '../../people/birth.ts'
import { unlockPeople } from '../../people/keys.ts'
import { openPersonFields, personFields, type SealedPerson } from '../../people/open-person.ts'
import type { ScannedPerson } from '../../people/unattached-scan.ts'
import type { Store } from '../../store.ts'
import { readNearSheets } from '../scan-near.ts'
import type { UnattachedDose, UnattachedScan } from './open-item.ts'

export type GivenDose = { claimedDoseNumber: number; givenOn: PlainDate; productCode: string }

export type Candidate = {
  residentId: string
  /** The sheet that was read or named is theirs. */
  isHolder: boolean
  /** Theirs is one digit away, and the year that was stated is theirs. */
  isNear: boolean
  status: string
  statusOn: PlainDate | null
  isProtected: boolean
  /** Left out of somebody who is protected, or was erased. */
  person?: { name: string; kana: string; bornOn: PlainDate }
  /** That this town's register keeps of them. */
  doses: GivenDose[]
  /** On that day, of that product. */
  hasSameDose: boolean
}

type Row = Omit<Candidate, 'person' | 'hasSameDose' | 'doses'> & { doses: GivenDose[] | null }

const atMost = 10

export async function candidatesFor(
  tx: Tx,
  { vault }: Store,
  asked: {
    office: string
    item: UnattachedScan | UnattachedDose
    scanned?: ScannedPerson | undefined
  },
  today: PlainDate,
): Promise<Candidate[]> {
  const { office, item, scanned } = asked
  const near = await holdersNearby(tx, vault, asked, scanned)
  const desk = item.kind === 'dose' ? item.deskIndex : null
  const sheet = item.scan.issuingMunicipalityCode === office ? item.ticketIndex : null
  const rows = await tx<Row[]>`
    with who as (
      select t.resident_id as id, true as holds, false as near from ticket t
       where t.municipality_code = ${office} and t.number_index = ${sheet}
      union all
      select id, false, true from unnest(${near}::uuid[]) id
      union all
      select p.resident_id, false, false from person p
       where p.municipality_code = ${office} and p.desk_index = ${desk})
    select r.id as "residentId", bool_or(w.holds) as "isHolder",
           bool_or(w.near) as "isNear", r.status,
           r.status_on as "statusOn",
           exists (select from protected_under(r.municipality_code, r.id, ${today})) as "isProtected",
           (select json_agg(json_build_object('claimedDoseNumber', d.claimed_dose_number,
                                              'givenOn', d.given_on, 'productCode', d.product_code)
                            order by d.given_on)
              from dose d
             where d.municipality_code = r.municipality_code and d.resident_id = r.id
               and d.voided_at is null) as doses
      from who w join resident r on r.municipality_code = ${office} and r.id = w.id
     where r.erased_at is null
     group by r.municipality_code, r.id, r.status, r.status_on
     order by bool_or(w.holds) desc, r.id limit ${atMost}`
  await look(
    tx,
    rows.map(({ residentId }) => ({ municipalityCode: office, residentId, fields: ['doses'] })),
  )
  const shown = rows.filter(({ isProtected }) => !isProtected)
  const people = await openPeople(tx, vault, office, shown)
  const { givenOn, productCode } = item.scan
  return rows.map(({ doses, ...row }) => {
    const person = people.get(row.residentId)
    const given = doses ?? []
    return {
      ...row,
      ...(person && { person }),
      doses: given,
      hasSameDose: given.some((d) => d.givenOn === givenOn && d.productCode === productCode),
    }
  })
}

/** Compared blind: of everybody who is not alike nothing is seen. */
async function holdersNearby(
  tx: Tx,
  vault: Store['vault'],
  { office, item }: { office: string; item: UnattachedScan | UnattachedDose },
  scanned: ScannedPerson | undefined,
): Promise<string[]> {
  if (scanned?.birthYear === undefined) return []
  const { ticketNumber, birthYear } = scanned
  const isOwn = item.scan.issuingMunicipalityCode === office
  const numbers = [...(isOwn ? [] : [ticketNumber]), ...oneEditAway(ticketNumber)]
  const indexes = await vault.index(office, 'ticket', numbers)
  const sheets = await readNearSheets(tx as unknown as Sql, office, indexes)
  const alike = await rowsBornAsStated(vault, office, sheets, { birthYear })
  return alike.map(({ residentId }) => residentId)
}

type Sealed = { municipalityCode: string; residentId: string } & SealedPerson

async function openPeople(
  tx: Tx,
  vault: Store['vault'],
  municipalityCode: string,
  rows: { residentId: string }[],
) {
  const ids = rows.map(({ residentId }) => residentId)
  const keys = await unlockPeople(tx, vault, {
    purpose: 'resolve',
    rows: ids.map((residentId) => ({ municipalityCode, residentId })),
    fields: personFields,
  })
  const sealed = await tx<Sealed[]>`
    select municipality_code as "municipalityCode", resident_id as "residentId", name, kana,
           born_on as "bornOn"
      from person where municipality_code = ${municipalityCode} and resident_id = any(${ids}::uuid[])`
  return new Map(
    sealed.flatMap((row) => {
      const key = keys.get(row.residentId)
      if (!key) return []
      const { family, given, ...rest } = openPersonFields(key, row, row)
      const person = { name: `${family} ${given}`, ...rest }
      return [[row.residentId, person] as const]
    }),
  )
}
