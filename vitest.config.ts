import { defineConfig } from 'vitest/config'

// Projects by what they need: nothing, PostgreSQL, or everything (Temporal too). Two files at a time, one project
// after the other: the machine we promise to pass on has 2 cores. Most of a file's time is waiting.
/** Campaigns whose days last about a second: nothing else may run beside them. */
const campaigns = ['test/e2e/demo.test.ts', 'test/e2e/kills.test.ts']

// `isolate: false`: a third of what files took was the loading of what they test, in which they leave nothing.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          isolate: false,
          include: ['test/unit/**/*.test.{ts,tsx}'],
          maxWorkers: 2,
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'db',
          isolate: false,
          setupFiles: ['test/support/begin-file.ts'],
          sequence: { groupOrder: 1 },
          include: ['test/db/**/*.test.{ts,tsx}'],
          globalSetup: ['test/support/postgres-setup.ts'],
          maxWorkers: 2,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'workflow',
          sequence: { groupOrder: 2 },
          include: ['test/workflow/**/*.test.ts'],
          globalSetup: ['test/support/temporal-setup.ts', 'test/support/postgres-setup.ts'],
          maxWorkers: 2,
          testTimeout: 120_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          name: 'e2e',
          sequence: { groupOrder: 3 },
          include: ['test/e2e/**/*.test.ts'],
          exclude: campaigns,
          globalSetup: ['test/support/temporal-setup.ts'],
          maxWorkers: 2,
          testTimeout: 400_000,
          hookTimeout: 400_000,
        },
      },
      {
        test: {
          name: 'campaign',
          sequence: { groupOrder: 4 },
          include: campaigns,
          globalSetup: ['test/support/temporal-setup.ts'],
          maxWorkers: 2,
          testTimeout: 400_000,
          // A day waits for its work however slow the machine; this ends what hangs.
          hookTimeout: 900_000,
        },
      },
    ],
  },
})
