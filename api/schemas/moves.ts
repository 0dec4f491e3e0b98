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
      previous: z.strictObject({ municipalityCode, registerNumber }).optional(),
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
  ])
  .openapi('Move')

export const deathBody = z.strictObject({ ...told, on: plainDate }).openapi('Death')

export const protectionBody = z
  .strictObject({ ...told, from: plainDate, to: plainDate.optional() })
  .openapi('Protection')

export const reportAnswer = z.object({ eventId: z.string(), status: z.literal('recorded') })
