import { z } from '@hono/zod-openapi'
import { text } from './fields.ts'

export const idParam = z.object({
  id: z.uuid().openapi({ param: { name: 'id', in: 'path' } }),
})
export const idAnswer = z.object({ id: z.string() })

const timeOfDay = z
  .string()
  .regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/)
  .openapi({ example: '08:30' })

export const enrolmentBody = z
  .strictObject({
    venueCode: z
      .string()
      .regex(/^\d{10}$/, { error: 'venueCodeForm' })
      .openapi({ example: '1310400018' }),
    opensAt: timeOfDay,
    closesAt: timeOfDay,
  })
  .refine(({ opensAt, closesAt }) => opensAt < closesAt, { path: ['closesAt'] })
  .openapi('Enrolment')
export const enrolmentAnswer = z.object({ code: z.string(), expiresAt: z.string() })

/** Minutes since midnight of `HH:MM`. */
export function minuteOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3))
}

export const enrolBody = z.strictObject({ code: z.string().max(40), name: text(40, 'tablet 3') })

/** A form of the demo's pages. */
export const becomeTabletBody = z.object({
  venueCode: z
    .string()
    .regex(/^\d{10}$/)
    .optional(),
  lang: z.string().optional(),
})

export const devicesAnswer = z.object({
  devices: z.array(
    z.object({
      id: z.string(),
      venueCode: z.string(),
      name: z.string(),
      enrolledAt: z.string(),
      revokedAt: z.string().optional(),
      lockedAt: z.string().optional(),
      lastShiftAt: z.string().optional(),
    }),
  ),
})
