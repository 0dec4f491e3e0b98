/** Eight weeks of a made-up campaign in three prefectures, counted and released week by week. */
import type postgres from 'postgres'
import type { Sql } from '../../db/client.ts'
import { keepStatistics } from '../../db/queries/statistics.ts'
import { addDays, plainDate } from '../../domain/calendar.ts'
import type { PlainDate } from '../../domain/course.ts'
import { giveDoses, openTowns } from './doses.ts'

export const largeTown = '202029'
export const village = '204510'

/** Code, prefecture, doses a week at the height. */
const towns: [code: string, prefecture: string, most: number][] = [
  [largeTown, '長野県', 160],
  ['202151', '長野県', 70],
  ['202207', '長野県', 40],
  [village, '長野県', 6],
  ['204501', '長野県', 3],
  ['131041', '県13', 30],
  ['131016', '東京都', 25],
  ['131024', '東京都', 12],
  ['011002', '県01', 20],
  ['012025', '北海道', 14],
  ['012033', '北海道', 8],
]
const weeks = 8
const firstMonday = plainDate('2021-05-10')

/** Ends on the Monday after the last week; `isDrawn` as for `keepStatistics`. */
export async function seedStatistics(
  sql: postgres.Sql,
  worker: Sql,
  isDrawn: () => boolean = () => false,
): Promise<PlainDate> {
  await openTowns(
    sql,
    towns.map(([code, prefecture]) => ({ code, prefecture })),
  )
  for (let week = 0; week < weeks; week++) {
    const monday = addDays(firstMonday, week * 7)
    const share = Math.min(1, (week + 1) / 4)
    for (const [i, [municipalityCode, , most]] of towns.entries()) {
      for (let day = 0; day < 7; day += 2) {
        const recordedOn = addDays(monday, day)
        const doses = Math.floor((most * share * (1 + ((i + day + week) % 3))) / 8)
        const second = week > 3 ? Math.floor(doses * 0.8) : 0
        const younger = Math.floor(doses / 4)
        if (younger) {
          await giveDoses(sql, { municipalityCode, doses: younger, recordedOn, ageBand: '-64' })
        }
        if (doses > younger) {
          await giveDoses(sql, { municipalityCode, doses: doses - younger, recordedOn })
        }
        if (second)
          await giveDoses(sql, { municipalityCode, doses: second, recordedOn, doseNumber: 2 })
      }
    }
    await keepStatistics(worker, addDays(monday, 7), isDrawn)
  }
  return addDays(firstMonday, weeks * 7)
}
