/** The town's own files that leave with its stick: read as they are written, each look in the ledger. */
import type { Clock } from '../../config/clock.ts'
import { overdueListRows } from '../../db/queries/returns/overdue-list.ts'
import { publishedRows } from '../../db/queries/returns/statistics.ts'
import {
  dosePlaces,
  vaccinationRegisterRows,
} from '../../db/queries/returns/vaccination-register.ts'
import type { Store } from '../../db/store.ts'
import {
  overdueListCsv,
  statisticsCsv,
  vaccinationRegisterCsv,
} from '../../files/returns/layouts.ts'
import type { Answer } from '../../files/stick/receipt.ts'

export function townReturns(store: Store, clock: Clock) {
  return async (municipalityCode: string): Promise<Answer[]> => {
    const ask = { municipalityCode, today: clock.today() }
    const places = await dosePlaces(store, ask)
    return [
      {
        name: 'vaccination-register.csv',
        bytes: vaccinationRegisterCsv(vaccinationRegisterRows(store, ask), { places, clock }),
      },
      { name: 'overdue-list.csv', bytes: overdueListCsv(overdueListRows(store, ask)) },
      { name: 'statistics.csv', bytes: statisticsCsv(publishedRows(store, ask)) },
    ]
  }
}
