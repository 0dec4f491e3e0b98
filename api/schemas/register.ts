import { z } from '@hono/zod-openapi'
import { assertTicketMunicipalityCode } from '../../domain/municipality-code.ts'
import { isMyNumber } from '../../domain/my-number.ts'
import {
  type NoticeNumber,
  noticeSettingBounds,
  quietWeekdaysAtMost,
} from '../../domain/notice-settings.ts'
import { isGroupCode } from '../../domain/wave.ts'
import { birthDate, plainDate, text } from './fields.ts'

/** The fault itself is the message, so that the reader gets its own sentence. */
export const municipalityCode = z
  .string()
  .superRefine((code, context) => {
    try {
      assertTicketMunicipalityCode(code)
    } catch (error) {
      const message = (error as { code?: string }).code ?? 'malformed'
      context.addIssue({ code: 'custom', message })
    }
  })
  .openapi({ type: 'string', example: '131041' })

export const registerNumber = text(40, 'R-0000012')
/** Kept as a keyed index alone: who lives with a protected person is protected as well. */
export const householdNumber = text(40, 'H-0000007')
export const eventId = z.uuid().openapi({ example: '018f6f2e-8f0a-7c3e-9b60-3f5d2c1a0b11' })

export const personName = z
  .strictObject({
    family: text(60, '見本'),
    given: text(60, '花子', 0),
    kana: text(120, 'みほん はなこ'),
  })
  .openapi('PersonName')

/** Refusal: `myNumberInvalid`. */
export const myNumber = z
  .string()
  .refine(isMyNumber, { error: 'myNumberInvalid' })
  .openapi({ type: 'string', example: '123456789018' })

export const mail = z.email().max(254).openapi({ example: 'mihon@example.jp' })
export const postcode = z
  .string()
  .regex(/^\d{7}$/, { error: 'postcodeForm' })
  .openapi({ example: '1000000' })
export const address = text(200, '見本町1丁目2番3号')

const within = ([min, max]: readonly [number, number]) => z.int().min(min).max(max).optional()
const boundedSettings = Object.fromEntries(
  Object.entries(noticeSettingBounds).map(([name, bounds]) => [name, within(bounds)]),
) as Record<NoticeNumber, ReturnType<typeof within>>

export const codeParam = z.object({
  code: z
    .string()
    .regex(/^\d{6}$/, { error: 'municipalityCodeLength' })
    .openapi({ param: { name: 'code', in: 'path' }, example: '131041' }),
})

export const municipalityBody = z
  .strictObject({
    officeJa: text(60, '見本市 予防接種課'),
    officeEn: text(60, 'Mihon City, Vaccination Section'),
    phone: text(20, '00-0000-0000'),
    postcode,
    address,
    settings: z
      .strictObject({
        ...boundedSettings,
        lotRecallNotices: z.boolean().optional(),
        quietWeekdays: z.array(z.int().min(0).max(6)).max(quietWeekdaysAtMost).optional(),
        holidaysAreQuiet: z.boolean().optional(),
        waitsForReconciliation: z.boolean().optional(),
      })
      .optional(),
  })
  .openapi('Municipality')

export const venueParam = z.object({
  code: z
    .string()
    .regex(/^\d{10}$/, { error: 'venueCodeForm' })
    .openapi({ param: { name: 'code', in: 'path' }, example: '1310400018' }),
})
export const venueBody = z
  .strictObject({ municipalityCode, name: text(30, '見本体育館'), openedOn: plainDate.optional() })
  .openapi('Venue')

/** One request's items; more are sent as further requests. */
export const itemsMax = 1_000

export const lotsBody = z.strictObject({
  lots: z
    .array(
      z.strictObject({
        productCode: text(20, 'pfizer'),
        lotNumber: text(20, 'MIHON01'),
        expiresOn: plainDate.optional(),
        recalledOn: plainDate.nullable().optional(),
        knownFrom: plainDate.optional(),
        source: text(80, '2022-01-21 list of extended lots').optional(),
        expiries: z
          .array(
            z.strictObject({
              expiresOn: plainDate,
              knownFrom: plainDate,
              source: text(80, '2022-01-21 list of extended lots').optional(),
            }),
          )
          .max(20)
          .optional(),
      }),
    )
    .min(1)
    .max(itemsMax),
})

/** Of the town's own list, never a word: it would say what somebody has. Empty: none. */
const groupCode = z
  .string()
  .refine((code) => code === '' || isGroupCode(code), { error: 'malformedGroupCode' })
  .openapi({ type: 'string', example: 'F001' })

export const residentsBody = z.strictObject({
  residents: z
    .array(
      z
        .strictObject({
          municipalityCode,
          registerNumber,
          name: personName,
          bornOn: birthDate,
          mail: mail.optional(),
          myNumber: myNumber.optional(),
          postcode,
          address,
          residentSince: plainDate,
          householdNumber: householdNumber.optional(),
          facilityCode: groupCode.optional(),
          priorityGroup: groupCode.optional(),
        })
        .openapi('Resident'),
    )
    .min(1)
    .max(itemsMax),
})

const itemStatus = (...more: string[]) =>
  z.enum(['new', 'same', ...more, 'refused']).openapi({ example: 'new' })

export const residentsAnswer = z.object({
  results: z.array(
    z.object({
      registerNumber: z.string(),
      status: itemStatus('updated'),
      code: z.string().optional(),
    }),
  ),
})

export const ticketsBody = z.strictObject({
  tickets: z
    .array(
      z
        .strictObject({
          municipalityCode,
          number: text(64, '0000000017', 0),
          registerNumber,
          issuedOn: plainDate,
          replacesOlder: z.boolean().optional(),
        })
        .openapi('Ticket'),
    )
    .min(1)
    .max(itemsMax),
})

export const ticketsAnswer = z.object({
  results: z.array(
    z.object({ number: z.string(), status: itemStatus(), code: z.string().optional() }),
  ),
})
