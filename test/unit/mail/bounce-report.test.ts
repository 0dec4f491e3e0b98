// What is taken from a delivery report, and that nothing is without a token; within limits, whatever comes.

import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { MailToken } from '../../../domain/mail-token.ts'
import { isAddressGone } from '../../../mail/address-gone.ts'
import { readBounce, reportBytesAtMost } from '../../../mail/bounce-report.ts'
import { aReport, type ReportWish } from '../../support/delivery-reports.ts'

const token: MailToken = { municipalityCode: '131041', token: randomUUID() }
const other: MailToken = { municipalityCode: '131041', token: randomUUID() }
const attemptId = randomUUID()

describe('taken', () => {
  const cases: [string, ReportWish, object][] = [
    ['by its return path', { returned: token }, { ...token, status: '5.1.1' }],
    ['by the link that it quotes', { quoted: token }, { ...token, status: '5.1.1' }],
    [
      'by both, with the mail’s number, from a quoted head alone',
      { returned: token, quoted: token, attemptId, quotes: 'text/rfc822-headers' },
      { ...token, attemptId, status: '5.1.1' },
    ],
    ['given up on', { returned: token, status: '4.4.7' }, { ...token, status: '4.4.7' }],
    ['without a status', { returned: token, status: 'x' }, { ...token, status: '5.0.0' }],
  ]
  test.each(cases)('%s', async (_how, wish, report) => {
    expect(await readBounce(aReport(wish))).toEqual({ report })
  })
})

describe('not taken', () => {
  const cases: [string, Buffer][] = [
    ['noToken', aReport({ attemptId })],
    ['twoTokens', aReport({ returned: token, quoted: other })],
    ['noFailure', aReport({ returned: token, action: 'delayed' })],
    ['noFailure', aReport({ returned: token, action: 'delivered' })],
    ['noReport', aReport({ returned: token, type: 'multipart/mixed' })],
    ['noReport', aReport({ returned: token, type: 'multipart/report; report-type=x' })],
    ['noReport', Buffer.from('To: x\r\n\r\nSorry, I am away.\r\n')],
    ['noReport', Buffer.alloc(0)],
    ['noReport', Buffer.from(`To: a+131041-${'0'.repeat(32)}@b.c\r\n\r\nAction: failed\r\n`)],
    ['tooLarge', Buffer.alloc(reportBytesAtMost + 1, 'a')],
    ['unreadable', Buffer.from('boundary=x\r\n'.repeat(41))],
  ]
  test.each(cases)('%s', async (notTaken, bytes) => {
    expect(await readBounce(bytes)).toEqual({ notTaken })
  })
})

test('which words end an address', () => {
  const gone = ['5.1.1', '5.1.10', '5.2.1']
  // 5.1.5 says that it is valid; 5.1.7 and 5.1.8 are about the sender.
  const other = ['5.1.5', '5.1.7', '5.1.8', '5.2.2', '5.7.1', '4.4.7', '5.0.0', '5.10.1']
  expect(gone.every(isAddressGone)).toBe(true)
  expect(other.some(isAddressGone)).toBe(false)
})

test('law: whatever arrives is answered, never thrown at, and without a token about nobody', async () => {
  const spoilt = fc
    .tuple(fc.nat(1_200), fc.uint8Array({ maxLength: 40 }), fc.boolean())
    .map(([at, bytes, hasToken]) => {
      const whole = aReport({ returned: hasToken ? token : undefined, attemptId })
      return {
        hasToken,
        bytes: Buffer.concat([whole.subarray(0, at), bytes, whole.subarray(at + 7)]),
      }
    })
  await fc.assert(
    fc.asyncProperty(spoilt, async ({ hasToken, bytes }) => {
      const read = await readBounce(bytes)
      if ('report' in read) {
        expect(hasToken).toBe(true)
        expect(read.report).toMatchObject(token)
      }
    }),
    { numRuns: 150 },
  )
})

test('parts within parts, as deep as they may be told, end soon', async () => {
  const depth = 39
  const nested = Array.from({ length: depth }, (_, n) => {
    return `${n === 0 ? '' : `--b${n - 1}\r\n`}Content-Type: multipart/mixed; boundary="b${n}"\r\n\r\n`
  }).join('')
  const startedMs = performance.now()
  await readBounce(
    Buffer.from(nested.padEnd(reportBytesAtMost - 10, `--b${depth - 1}\r\n\r\nx\r\n`)),
  )
  await readBounce(Buffer.from(`To: ${'a'.repeat(reportBytesAtMost - 10)}`))
  expect(performance.now() - startedMs).toBeLessThan(5_000)
})
