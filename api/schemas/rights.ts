import { z } from '@hono/zod-openapi'

const municipalityCode = z
  .string()
  .regex(/^\d{6}$/, { error: 'municipalityCodeLength' })
  .openapi({ example: '131041' })
const whose = { municipalityCode, residentId: z.uuid() }

export const disclosureBody = z
  .strictObject({ ...whose, approvalId: z.uuid(), lang: z.enum(['ja', 'en']).default('ja') })
  .openapi('DisclosureRequest')
/** The same twice: for programs, and for people. */
export const disclosureAnswer = z.object({
  disclosure: z.record(z.string(), z.unknown()),
  html: z.string(),
})

export const erasureBody = z
  .strictObject({
    ...whose,
    approvalId: z.uuid(),
    reason: z
      .string()
      .regex(/^[a-zA-Z]{1,40}$/)
      .openapi({ example: 'retention' }),
  })
  .openapi('ErasureRequest')
export const erasureAnswer = z.object({ erased: z.int() })

export const messagesAnswer = z.object({
  messages: z.array(
    z.object({
      id: z.string(),
      residentId: z.string(),
      kind: z.string(),
      saidOn: z.string(),
      on: z.string().optional(),
      place: z.string().optional(),
    }),
  ),
})
export const settleBody = z.strictObject({
  outcome: z
    .string()
    .regex(/^[a-zA-Z]{1,40}$/)
    .openapi({ example: 'doseRecorded' }),
})
