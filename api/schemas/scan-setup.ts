import { z } from '@hono/zod-openapi'

export const scanSetupAnswer = z
  .object({
    venue: z.object({
      code: z.string(),
      name: z.string(),
      municipalityCode: z.string(),
      municipalityName: z.string(),
    }),
    today: z.string(),
    isCampaign: z.boolean(),
    products: z.array(z.object({ code: z.string(), nameJa: z.string(), nameEn: z.string() })),
    lots: z.array(
      z.object({
        productCode: z.string(),
        lotNumber: z.string(),
        expiresOn: z.string().optional(),
      }),
    ),
  })
  .openapi('ScanSetup')
