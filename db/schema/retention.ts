/** What was deleted because its time was over: a row per class and day on which the job ran. */
import { bigint, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { instant, plainDate } from './columns.ts'

export const retentionProof = pgTable(
  'retention_proof',
  {
    class: text('class').notNull(),
    day: plainDate('day').notNull(),
    rows: bigint('rows', { mode: 'number' }).notNull(),
    doneAt: instant('done_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.class, t.day] })],
)
