/** The vaccination register (予防接種台帳) as a town gets it back: one row a person who has a dose. */
import type { PlainDate } from '../../../domain/course.ts'
import { look, type Scope, withPurpose } from '../../client.ts'
import type { Store } from '../../store.ts'
import { openDoses, type ReturnedDose, readDoses } from './doses.ts'
import { byRegisterNumber, type ReturnAsk } from './pages.ts'

export type RegisterReturnAsk = ReturnAsk & {
  /** Only people of whom a dose was recorded in these days, both included; with all their doses. */
  recorded?: { from?: PlainDate; to?: PlainDate }
}

export type RegisterReturnRow = {
  registerNumber: string
  doses: ReturnedDose[]
}

/** How many places a row of the file needs, at least two: read before the file's header is written. */
export async function dosePlaces({ sql }: Store, { municipalityCode }: ReturnAsk): Promise<number> {
  const scope: Scope = { municipalityCode, purpose: 'returnFiles', look: [] }
  return withPurpose(sql, scope, async (tx) => {
    const [row] = await tx<{ places: number }[]>`
      select greatest(2,
               (select max(greatest(claimed, doses))
                  from (select max(claimed_dose_number) as claimed, count(*) as doses from dose
                         where municipality_code = ${municipalityCode} and voided_at is null
                         group by resident_id) own),
               (select max(doses_given) from course
                 where home_municipality_code = ${municipalityCode}))::int as places`
    return row!.places
  })
}

/**
 * In the order of register numbers. Who is protected is in it, by number, without the venues: where
 * somebody was vaccinated tells where they are.
 */
export function vaccinationRegisterRows(
  store: Store,
  ask: RegisterReturnAsk,
): AsyncGenerator<RegisterReturnRow[]> {
  const { municipalityCode, recorded = {} } = ask
  return byRegisterNumber(store, ask, async (tx, people) => {
    const found = await readDoses(
      tx,
      municipalityCode,
      people.map(({ residentId }) => residentId),
    )
    const inPeriod = new Map([...found].filter(([, doses]) => doses.some(isRecordedIn(recorded))))
    await look(
      tx,
      [...inPeriod.keys()].map((residentId) => {
        return { municipalityCode, residentId, fields: ['doses', 'ticket'] }
      }),
    )
    const asked = { municipalityCode, purpose: 'returnFiles' } as const
    const opened = await openDoses(tx, store.vault, asked, inPeriod)
    return people.flatMap(({ residentId, registerNumber, isProtected }) => {
      const doses = opened.get(residentId)
      if (!doses) return []
      return [{ registerNumber, doses: isProtected ? doses.map(withoutVenue) : doses }]
    })
  })
}

function isRecordedIn({ from, to }: NonNullable<RegisterReturnAsk['recorded']>) {
  return ({ recordedOn }: { recordedOn: PlainDate | null }) => {
    if (from === undefined && to === undefined) return true
    if (recordedOn === null) return false
    return (from === undefined || recordedOn >= from) && (to === undefined || recordedOn <= to)
  }
}

function withoutVenue({ venueName: _, ...dose }: ReturnedDose): ReturnedDose {
  return dose
}
