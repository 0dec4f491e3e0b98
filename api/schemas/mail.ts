import { z } from '@hono/zod-openapi'

export const mailAnswer = z
  .object({
    addresses: z.array(
      z.object({
        state: z.enum(['toAsk', 'asking', 'asked', 'verified', 'stopped']),
        because: z
          .enum(['unsubscribed', 'takenBack', 'refused', 'bounced', 'removed'])
          .nullable()
          .openapi({ description: 'Why it is stopped' }),
        people: z.number().int(),
      }),
    ),
    cameBack: z.array(
      z.object({
        receivedOn: z.string(),
        status: z.string().openapi({ example: '5.1.1' }),
        outcome: z.enum(['letter', 'tooLate']).nullable(),
      }),
    ),
  })
  .openapi('Mail')

export const bounceAnswer = z
  .object({
    result: z
      .enum([
        ...(['taken', 'known', 'noSuchMail', 'otherTown', 'tooLarge', 'unreadable'] as const),
        ...(['noReport', 'noFailure', 'noToken', 'twoTokens'] as const),
      ])
      .openapi({ description: 'Only `taken` changes anything' }),
  })
  .openapi('MailThatCameBack')
