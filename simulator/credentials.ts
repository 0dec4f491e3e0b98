/** What a demo wrote down for whoever plays it: a key to the register, a tablet per venue. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

const credentialsSchema = z.object({
  /** One of each role. */
  accounts: z
    .array(z.object({ role: z.string(), login: z.string(), password: z.string() }))
    .default([]),
  register: z.object({ token: z.string() }),
  administrators: z
    .array(z.object({ municipalityCode: z.string(), login: z.string(), password: z.string() }))
    .default([]),
  /** A second administrator of each town, for what takes two. */
  deputies: z
    .array(z.object({ municipalityCode: z.string(), login: z.string(), password: z.string() }))
    .default([]),
  clerks: z
    .array(z.object({ municipalityCode: z.string(), login: z.string(), password: z.string() }))
    .default([]),
  devices: z.array(
    z.object({
      venueCode: z.string(),
      privateJwk: z.looseObject({ kty: z.string(), x: z.string(), y: z.string(), d: z.string() }),
    }),
  ),
})
export type Credentials = z.infer<typeof credentialsSchema>
export type AdministratorCredential = Credentials['administrators'][number]
export type ClerkCredential = Credentials['clerks'][number]
export type StaffCredential = { login: string; password: string }
export type DeviceCredential = Credentials['devices'][number]

/** Who prints and posts, for all towns; undefined in a folder of a time before there was one. */
export function printerOf({ accounts }: Credentials): StaffCredential | undefined {
  return accounts.find(({ role }) => role === 'printOperator')
}

export const credentialsFileName = 'demo-credentials.json'

export async function readCredentials(dataDir: string): Promise<Credentials> {
  const text = await readFile(join(dataDir, credentialsFileName), 'utf8')
  return credentialsSchema.parse(JSON.parse(text))
}
