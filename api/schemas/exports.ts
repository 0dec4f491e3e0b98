import { z } from '@hono/zod-openapi'
import { paperKinds, returnEncodings, returnKinds } from '../../domain/office-file.ts'
import { plainDate } from './fields.ts'

export const exportBody = z
  .strictObject({
    file: z.enum(returnKinds),
    encoding: z.enum(returnEncodings),
    /** Of the register: people of whom a dose was recorded in these days. */
    from: plainDate.optional(),
    to: plainDate.optional(),
    /** Of the overdue list; then two people agree first. */
    withAddress: z.boolean().optional(),
  })
  .refine(({ from, to }) => !from || !to || from <= to, { path: ['to'] })
  .openapi('ExportAsked')

export const exportAsked = z.object({ fileId: z.string() })
export const exportWaits = z.object({ approvalId: z.string() })
export const exportApproved = z.strictObject({ approvalId: z.uuid() }).openapi('ExportApproved')

export const exportsAnswer = z.object({
  files: z.array(
    z.object({
      fileId: z.string(),
      kind: z.enum([...returnKinds, ...paperKinds]),
      state: z.enum(['asked', 'made', 'refused', 'gone']),
      code: z.string().optional().openapi({ description: 'Why it could not be made' }),
      name: z.string().optional(),
      rows: z.number().optional(),
      bytes: z.number().optional(),
      sha256: z.string().optional(),
      lacking: z.array(z.string()),
      leftOut: z.number(),
      shortened: z.number(),
      askedAt: z.string(),
    }),
  ),
})
