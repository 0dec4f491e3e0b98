/** One dose as whoever may change it sees it, with what was changed of it. One look. */
import type { PlainDate } from '../../../domain/course.ts'
import type { DoseChangeKind, DoseContent } from '../../../domain/dose-change.ts'
import { look, type Tx, withPurpose } from '../../client.ts'
import { widenScope } from '../../scope.ts'
import type { Store } from '../../store.ts'
import { rowOf } from './in-dose.ts'
import { placeOf, placesAreHidden, readDose } from './locked-dose.ts'

/** Venue and issuer are left out for a town that does not keep the dose, and where places are hidden. */
export type DoseSeen = Omit<DoseContent, 'venueCode'> & {
  doseId: string
  courseId: string
  revision: number
  venueCode?: string
  issuingMunicipalityCode?: string
  recordedOn: PlainDate
  isConfirmedOnPaper: boolean
  isVoided: boolean
  findings: { code: string; state: string }[]
  changes: DoseChangeSeen[]
}

export type DoseChangeSeen = {
  kind: DoseChangeKind
  on: PlainDate
  reason: string
  changedAs: string
  revision: number
  before?: Partial<DoseContent>
  after?: Partial<DoseContent>
}

/** `municipalityCode`: of whoever asks. Undefined when there is no such dose for them. */
export function seeDose(
  { sql }: Pick<Store, 'sql'>,
  { doseId, municipalityCode }: { doseId: string; municipalityCode: string },
  today: PlainDate,
): Promise<DoseSeen | undefined> {
  return withPurpose(sql, { municipalityCode, purpose: 'changeDose' }, async (tx) => {
    const place = await placeOf(tx, doseId)
    const isTheirs =
      place?.municipalityCode === municipalityCode ||
      place?.homeMunicipalityCode === municipalityCode
    if (!place || !isTheirs) {
      await look(tx, [])
      return undefined
    }
    await widenScope(tx, [place.municipalityCode])
    const dose = (await readDose(tx, place, doseId))!
    const fields = ['doses']
    await look(tx, [{ ...rowOf(dose), courseId: dose.courseId, fields }])
    const hidesPlaces = await placesAreHidden(tx, dose, municipalityCode, today)
    const { venueCode, issuingMunicipalityCode } = dose
    return {
      ...{ doseId, courseId: dose.courseId, revision: dose.revision },
      ...{ claimedDoseNumber: dose.claimedDoseNumber, givenOn: dose.givenOn },
      ...{ productCode: dose.productCode, lotNumber: dose.lotNumber },
      ...(hidesPlaces ? {} : { venueCode, issuingMunicipalityCode }),
      ...{ recordedOn: dose.recordedOn, isConfirmedOnPaper: dose.isConfirmed },
      isVoided: dose.isVoided,
      findings: await findingsOf(tx, dose),
      changes: (await changesOf(tx, dose)).map((change) =>
        hidesPlaces ? withoutVenue(change) : change,
      ),
    }
  })
}

type Kept = { municipalityCode: string; id: string }

function findingsOf(tx: Tx, { municipalityCode, id }: Kept): Promise<DoseSeen['findings']> {
  return tx<DoseSeen['findings']>`
    select code, state from finding
     where municipality_code = ${municipalityCode} and dose_id = ${id} order by code`
}

type ChangeRow = Omit<DoseChangeSeen, 'before' | 'after'> & {
  before: DoseContent | null
  after: DoseContent | null
}

/** Those of the register that keeps the dose now. */
async function changesOf(tx: Tx, dose: Kept & { residentId: string }): Promise<DoseChangeSeen[]> {
  const rows = await tx<ChangeRow[]>`
    select kind, changed_on as "on", reason, changed_as as "changedAs", revision, before, after
      from dose_change
     where municipality_code = ${dose.municipalityCode} and resident_id = ${dose.residentId}
       and dose_id = ${dose.id}
     order by changed_at, id`
  return rows.map(({ before, after, ...row }) => {
    return { ...row, ...(before && { before }), ...(after && { after }) }
  })
}

export function withoutVenue(change: DoseChangeSeen): DoseChangeSeen {
  const { before, after, ...rest } = change
  return { ...rest, ...(before && { before: less(before) }), ...(after && { after: less(after) }) }
}

function less({ venueCode: _, ...content }: Partial<DoseContent>): Partial<DoseContent> {
  return content
}
