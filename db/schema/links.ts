/**
 * A person link is two people's word that two register rows are one person's: since a day the person is
 * under the row `now`, before that under `former`. Written by the api for an office; kept for ever, undone
 * or not. Its sides are what each of the two towns sees of it.
 */
import { boolean, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import type { LinkReason, UnlinkReason } from '../../domain/links.ts'
import { instant, plainDate } from './columns.ts'

export const personLink = pgTable(
  'person_link',
  {
    municipalityCode: text('municipality_code').notNull(),
    id: uuid('id').notNull(),
    nowMunicipalityCode: text('now_municipality_code').notNull(),
    nowResidentId: uuid('now_resident_id').notNull(),
    formerMunicipalityCode: text('former_municipality_code').notNull(),
    formerResidentId: uuid('former_resident_id').notNull(),
    sinceOn: plainDate('since_on').notNull(),
    namesAgree: boolean('names_agree').notNull(),
    reason: text('reason').$type<LinkReason>().notNull(),
    askedBy: uuid('asked_by').notNull(),
    approvedBy: uuid('approved_by').notNull(),
    linkedOn: plainDate('linked_on').notNull(),
    linkedAt: instant('linked_at').notNull(),
    undo: jsonb('undo'),
    unlinkReason: text('unlink_reason').$type<UnlinkReason>(),
    unlinkAskedBy: uuid('unlink_asked_by'),
    unlinkApprovedBy: uuid('unlink_approved_by'),
    unlinkedOn: plainDate('unlinked_on'),
    unlinkedAt: instant('unlinked_at'),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.id] })],
)

export const personLinkSide = pgTable(
  'person_link_side',
  {
    municipalityCode: text('municipality_code').notNull(),
    residentId: uuid('resident_id').notNull(),
    linkId: uuid('link_id').notNull(),
    side: text('side').$type<'now' | 'former'>().notNull(),
    sinceOn: plainDate('since_on').notNull(),
    linkedOn: plainDate('linked_on').notNull(),
    linkedAt: instant('linked_at').notNull(),
    isStanding: boolean('is_standing').notNull(),
  },
  (t) => [primaryKey({ columns: [t.linkId, t.side] })],
)

export const approvalKind = pgTable('approval_kind', { kind: text('kind').primaryKey() })
