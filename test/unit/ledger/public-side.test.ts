// What anybody may fetch is limited by how much it is, before the database is asked.
import { OpenAPIHono } from '@hono/zod-openapi'
import { expect, it } from 'vitest'
import { budgetOf } from '../../../api/leaf-budget.ts'
import { sendProblem, toProblem } from '../../../api/problem.ts'
import { ledgerRoutes } from '../../../api/routes/ledger.ts'
import type { Sql } from '../../../db/client.ts'

it('a budget is spent, refuses what exceeds it, and fills up with time, to the brim', () => {
  let nowMs = 0
  const budget = budgetOf({ most: 100, perSecond: 10 }, () => nowMs)
  expect(budget.take(100)).toBe(true)
  expect(budget.take(1)).toBe(false)
  nowMs = 1_000
  expect(budget.take(11)).toBe(false)
  expect(budget.take(10)).toBe(true)
  nowMs = 1_000_000
  expect(budget.take(101)).toBe(false)
  expect(budget.take(100)).toBe(true)
})

it('whoever fetches too much gets 429 and a cure, and the database is not asked', async () => {
  const sql = (() => {
    throw new Error('asked')
  }) as unknown as Sql
  const asked: number[] = []
  const budget = {
    take: (amount: number) => {
      asked.push(amount)
      return false
    },
  }
  const app = new OpenAPIHono()
  app.onError((error, c) => sendProblem(c, toProblem(error)))
  app.route('/', ledgerRoutes({ sql }, budget))
  const answers = await Promise.all(
    ['/ledger/heads', '/ledger/leaves?from=0&to=9', '/ledger/leaves?from=0&to=999999999'].map(
      (path) => app.request(path),
    ),
  )
  for (const answer of answers) {
    expect(answer.status).toBe(429)
    expect(await answer.json()).toMatchObject({
      code: 'tooMuchAtOnce',
      whatToDo: expect.any(String),
    })
  }
  // Leaves are counted, as many as one answer can hold at most.
  expect(asked).toEqual([200, 209, 200 + 8_192])
})
