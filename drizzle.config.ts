/** For looking at the schema with drizzle's own tools. Migrations are reviewed SQL, never pushed. */
const config = {
  dialect: 'postgresql',
  schema: './db/schema/index.ts',
  dbCredentials: { url: process.env.DATABASE_URL ?? '' },
} as const

export default config
