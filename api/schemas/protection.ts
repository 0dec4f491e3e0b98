import { z } from '@hono/zod-openapi'
import { birthDate, plainDate, text } from './fields.ts'
import {
  address,
  mail,
  municipalityCode,
  personName,
  postcode,
  registerNumber,
} from './register.ts'

const key = { municipalityCode, registerNumber }

export const stayBody = z
  .strictObject({
    ...key,
    name: personName,
    bornOn: birthDate,
    mail: mail.optional(),
    postcode,
    address,
    from: plainDate,
    /** Only with this does the town of the register hear of the stay. */
    consent: z.strictObject({ home: z.strictObject(key), givenOn: plainDate }).optional(),
  })
  .openapi('Stay')

export const stayAnswer = z.object({
  registerNumber: z.string(),
  status: z.enum(['new', 'same', 'updated']),
})

export const withdrawalBody = z
  .strictObject({ ...key, withdrawnOn: plainDate })
  .openapi('ConsentWithdrawal')
export const withdrawalAnswer = z.object({ status: z.literal('withdrawn') })

export const arrangement = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('safeAddress'),
      postcode,
      address,
      addressee: text(60, '見本相談所気付').optional(),
    }),
    z.strictObject({
      kind: z.literal('callOnly'),
      phone: text(20, '00-0000-0000'),
      hours: text(100, '平日10時から16時').optional(),
    }),
  ])
  .openapi('DeliveryArrangement')

export const deliveryBody = z.strictObject({ ...key, arrangement })
export const deliveryAnswer = z.object({ status: z.enum(['kept', 'deleted', 'nothing']) })
export const deliveryKeyBody = z.strictObject(key)

export const taskParam = z.object({ id: z.uuid() })
export const townQuery = z.object({ municipalityCode })
