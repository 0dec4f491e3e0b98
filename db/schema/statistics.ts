/**
 * A statistic row counts doses that are alike in all its columns, or takes some back; only the
 * database's own function writes it. A release is what everybody may read of one week, with the areas
 * that took part and their figures, written once and never changed. None of them knows a person.
 */
import { boolean, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import type { AgeBand, FigureBand } from '../../domain/statistics.ts'
import { instant, plainDate } from './columns.ts'

export const statistic = pgTable(
  'statistic',
  {
    issuingMunicipalityCode: text('issuing_municipality_code').notNull(),
    countedOn: plainDate('counted_on').notNull(),
    givenOn: plainDate('given_on').notNull(),
    recordedOn: plainDate('recorded_on').notNull(),
    homeMunicipalityCode: text('home_municipality_code').notNull(),
    venueCode: text('venue_code').notNull(),
    productCode: text('product_code').notNull(),
    lotNumber: text('lot_number').notNull(),
    ageBand: text('age_band').$type<AgeBand>().notNull(),
    doseNumber: integer('dose_number').notNull(),
    doses: integer('doses').notNull(),
  },
  (t) => [
    primaryKey({
      columns: [
        t.issuingMunicipalityCode,
        t.countedOn,
        t.givenOn,
        t.recordedOn,
        t.homeMunicipalityCode,
        t.venueCode,
        t.productCode,
        t.lotNumber,
        t.ageBand,
        t.doseNumber,
      ],
    }),
  ],
)

export const statisticsUpkeep = pgTable('statistics_upkeep', {
  onlyOne: boolean('only_one').primaryKey(),
  countedTo: plainDate('counted_to').notNull(),
  refreshedAt: instant('refreshed_at').notNull(),
})

export const statisticsRelease = pgTable('statistics_release', {
  closedOn: plainDate('closed_on').primaryKey(),
  fromOn: plainDate('from_on').notNull(),
  releasedAt: instant('released_at').notNull(),
})

export const statisticsArea = pgTable(
  'statistics_area',
  {
    closedOn: plainDate('closed_on').notNull(),
    areaCode: text('area_code').notNull(),
    isExact: boolean('is_exact').notNull(),
    municipalities: integer('municipalities').notNull(),
  },
  (t) => [primaryKey({ columns: [t.closedOn, t.areaCode] })],
)

export const statisticsFigure = pgTable(
  'statistics_figure',
  {
    closedOn: plainDate('closed_on').notNull(),
    areaCode: text('area_code').notNull(),
    doseGroup: integer('dose_group').$type<1 | 2 | 3>().notNull(),
    ageBand: text('age_band').$type<FigureBand>().notNull(),
    /** Null: withheld. */
    doses: integer('doses'),
  },
  (t) => [primaryKey({ columns: [t.closedOn, t.areaCode, t.doseGroup, t.ageBand] })],
)
