import { z } from '@hono/zod-openapi'
import { doseChangeReasons } from '../../domain/dose-change.ts'
import { birthDate, birthYear, plainDate, text } from './fields.ts'

export const doseParam = z.object({
  id: z.uuid().openapi({ param: { name: 'id', in: 'path' } }),
})

/** Refusal: `reasonNotListed`. */
export const reason = z.enum(doseChangeReasons, { error: 'reasonNotListed' })

export const reasonBody = z.strictObject({ reason }).openapi('DoseChangeReason')

const venueCode = z
  .string()
  .regex(/^\d{10}$/, { error: 'venueCodeForm' })
  .openapi({ example: '1310400018' })

/** What is left out stays as it is. */
export const correctBody = z
  .strictObject({
    reason,
    givenOn: plainDate.optional(),
    productCode: text(20, 'pfizer').optional(),
    lotNumber: text(20, 'ET3674').optional(),
    venueCode: venueCode.optional(),
    claimedDoseNumber: z.int().min(1).max(9).optional(),
  })
  .openapi('DoseCorrection')

/**
 * The person it was given to: by a ticket of the town that issued the one read, with the year or the date
 * of the birth of whoever is meant, or by id.
 */
export const reattributeBody = z
  .strictObject({
    reason,
    ticket: z
      .strictObject({ municipalityCode: z.string().max(16), number: z.string().max(64) })
      .optional(),
    birthYear: birthYear.optional(),
    bornOn: birthDate.optional(),
    residentId: z.uuid().optional(),
  })
  .refine(({ ticket, residentId }) => (ticket === undefined) !== (residentId === undefined), {
    error: 'ticketOrResident',
    path: ['ticket'],
  })
  .refine(({ ticket, birthYear, bornOn }) => !ticket || birthYear || bornOn, {
    error: 'ticketNeedsBirth',
    path: ['bornOn'],
  })
  .openapi('DoseReattribution')

export const voidedScreeningAnswer = z.object({ screeningId: z.string() })

export const changedAnswer = z.object({ doseId: z.string(), revision: z.number() })

const content = z.object({
  claimedDoseNumber: z.number(),
  givenOn: z.string(),
  productCode: z.string(),
  lotNumber: z.string(),
  /** Not told to another town, nor of a protected person. */
  venueCode: z.string().optional(),
})

export const doseAnswer = content
  .extend({
    doseId: z.string(),
    courseId: z.string(),
    revision: z.number(),
    issuingMunicipalityCode: z.string().optional(),
    recordedOn: z.string(),
    isConfirmedOnPaper: z.boolean(),
    isVoided: z.boolean(),
    findings: z.array(z.object({ code: z.string(), state: z.string() })),
    changes: z.array(
      z.object({
        kind: z.string(),
        on: z.string(),
        reason: z.string(),
        changedAs: z.string(),
        revision: z.number(),
        before: content.partial().optional(),
        after: content.partial().optional(),
      }),
    ),
  })
  .openapi('Dose')
