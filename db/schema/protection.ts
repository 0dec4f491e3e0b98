/**
 * A household member row says with whom a person lives from a day on, by a keyed index alone. A delivery
 * arrangement is where a protected person can be reached, sealed, apart from the register. A consent
 * joins the row of the town where somebody lives to that of the register.
 */
import { pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { bytes, instant, plainDate } from './columns.ts'

export const householdMember = pgTable(
  'household_member',
  {
    municipalityCode: text('municipality_code').notNull(),
    residentId: uuid('resident_id').notNull(),
    fromOn: plainDate('from_on').notNull(),
    household: bytes('household'),
    recordedAt: instant('recorded_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.residentId, t.fromOn] })],
)

export const deliveryArrangement = pgTable(
  'delivery_arrangement',
  {
    municipalityCode: text('municipality_code').notNull(),
    residentId: uuid('resident_id').notNull(),
    arrangement: bytes('arrangement').notNull(),
    setBy: text('set_by').notNull(),
    setAt: instant('set_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.residentId] })],
)

export const stayConsent = pgTable('stay_consent', {
  id: uuid('id').primaryKey(),
  municipalityCode: text('municipality_code').notNull(),
  residentId: uuid('resident_id').notNull(),
  homeMunicipalityCode: text('home_municipality_code').notNull(),
  homeResidentId: uuid('home_resident_id').notNull(),
  givenOn: plainDate('given_on').notNull(),
  givenTo: text('given_to').notNull(),
  givenAt: instant('given_at').notNull(),
  withdrawnOn: plainDate('withdrawn_on'),
  withdrawnTo: text('withdrawn_to'),
  withdrawnAt: instant('withdrawn_at'),
})
