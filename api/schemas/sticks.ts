import { z } from '@hono/zod-openapi'

export const stickKeyBody = z
  .strictObject({ publicKey: z.string().max(60).openapi({ description: 'Ed25519, raw, base64' }) })
  .openapi('StickKey')

export const confirmBody = z
  .strictObject({
    code: z.string().max(40).openapi({ example: '7K3F-0D2M-9XQA-41RT' }),
  })
  .openapi('StickKeyCode')

export const keysAnswer = z.object({
  keys: z.array(
    z.object({
      id: z.string(),
      publicKey: z.string(),
      /** Of a key that waits for its confirmation, only to whoever registered it. */
      code: z.string().optional(),
      state: z.enum(['registered', 'confirmed', 'revoked']),
    }),
  ),
})

export const sticksAnswer = z.object({
  recipient: z.string().optional().openapi({ description: 'Whom sticks are sealed for (age)' }),
  systemKey: z.string().optional().openapi({ description: 'Signs receipts: Ed25519, raw, base64' }),
  sticks: z.array(
    z.object({
      sequence: z.number(),
      state: z.enum(['taking', 'taken', 'answered']),
      pulledOut: z.enum(['reading', 'writing']).nullable(),
      trouble: z.string().nullable(),
      files: z.array(z.object({ name: z.string(), importId: z.string().nullable() })),
    }),
  ),
  refused: z.array(z.object({ code: z.string(), file: z.string().nullable(), seenAt: z.string() })),
})
