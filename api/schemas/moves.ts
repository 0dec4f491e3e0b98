import { z } from '@hono/zod-openapi'
import { birthDate, plainDate } from './fields.ts'
import {
  address,
  eventId,
  householdNumber,
  mail,
  municipalityCode,
  personName,
  postcode,
  registerNumber,
} from './register.ts'

/**
 * What the certificate says of the former town. Without the number there that town is asked by My
 * Number, which until mid-December 2021 needs the person's consent, on record with its day.
 */
const former = z.strictObject({
  municipalityCode,
  registerNumber: registerNumber.optional(),
  consent: z.strictObject({ givenOn: plainDate }).optional(),
})

const told = { eventId, municipalityCode, registerNumber }

/** The day it was handed in, today if left out: of two plans the one handed in later holds. */
const notifiedOn = plainDate.optional()

export const moveBody = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('moveOutNotified'),
      ...told,
      plannedOn: plainDate,
      notifiedOn,
    }),
    z.strictObject({ kind: z.literal('moveCancelled'), ...told, notifiedOn }),
    z.strictObject({
      kind: z.literal('movedIn'),
      ...told,
      effectiveOn: plainDate,
      previous: former.optional(),
      name: personName,
      bornOn: birthDate,
      mail: mail.optional(),
      householdNumber: householdNumber.optional(),
      postcode,
      address,
    }),
    z.strictObject({
      kind: z.literal('born'),
      ...told,
      effectiveOn: plainDate,
      name: personName,
      bornOn: birthDate,
      mail: mail.optional(),
      householdNumber: householdNumber.optional(),
      postcode,
      address,
    }),
    z.strictObject({
      kind: z.literal('addressChanged'),
      ...told,
      effectiveOn: plainDate,
      postcode,
      address,
    }),
    z.strictObject({
      kind: z.literal('movedAbroad'),
      ...told,
      effectiveOn: plainDate,
      notifiedOn,
    }),
    z.strictObject({ kind: z.literal('removed'), ...told, effectiveOn: plainDate }),
    z.strictObject({ kind: z.literal('restored'), ...told, effectiveOn: plainDate }),
  ])
  .openapi('Move')

export const deathBody = z.strictObject({ ...told, on: plainDate, notifiedOn }).openapi('Death')

export const protectionBody = z
  .strictObject({ ...told, from: plainDate, to: plainDate.optional() })
  .openapi('Protection')

export const reportAnswer = z.object({
  eventId: z.string(),
  status: z.literal('recorded'),
  /** Of a move-in that names the former town without a number: whether its record is found. */
  formerRecord: z
    .object({
      state: z.enum(['found', 'notFound', 'differs', 'noConsent', 'noMyNumber', 'asking']),
      message: z.string(),
      whatToDo: z.string().optional(),
    })
    .optional(),
})
