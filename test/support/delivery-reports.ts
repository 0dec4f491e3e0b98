/** Delivery reports as mail servers write them, and as somebody may forge them. */
import type { MailToken } from '../../domain/mail-token.ts'

export type ReportWish = {
  /** In the address to which the report goes. */
  returned?: MailToken | undefined
  /** In the quoted head of the mail. */
  quoted?: MailToken | undefined
  attemptId?: string | undefined
  action?: string
  status?: string
  quotes?: 'message/rfc822' | 'text/rfc822-headers'
  type?: string
  body?: string
}

export const digits = (token: string) => token.replaceAll('-', '')

/** Postfix's way: a text, the report, the mail or its head. */
export function aReport(wish: ReportWish): Buffer {
  const { returned, quoted, attemptId, action = 'failed', status = '5.1.1' } = wish
  const to = returned
    ? `bounces+${returned.municipalityCode}-${digits(returned.token)}@sesshu.invalid`
    : 'sesshu@sesshu.invalid'
  const stop = quoted && `${quoted.municipalityCode}/${digits(quoted.token)}`
  return Buffer.from(
    [
      'Return-Path: <>',
      'From: MAILER-DAEMON@mx.example.jp (Mail Delivery System)',
      `To: ${to}`,
      'Subject: Undelivered Mail Returned to Sender',
      'Auto-Submitted: auto-replied',
      'MIME-Version: 1.0',
      `Content-Type: ${wish.type ?? 'multipart/report; report-type=delivery-status'};`,
      '\tboundary="4B1.1622/mx.example.jp"',
      '',
      '--4B1.1622/mx.example.jp',
      'Content-Type: text/plain; charset=us-ascii',
      '',
      'This is the mail system at host mx.example.jp.',
      '',
      '--4B1.1622/mx.example.jp',
      'Content-Type: message/delivery-status',
      '',
      'Reporting-MTA: dns; mx.example.jp',
      'X-Postfix-Queue-ID: 4B1',
      '',
      'Final-Recipient: rfc822; somebody@example.invalid',
      `Action: ${action}`,
      `Status: ${status}`,
      'Diagnostic-Code: smtp; 550 no such',
      '    user here',
      '',
      '--4B1.1622/mx.example.jp',
      `Content-Type: ${wish.quotes ?? 'message/rfc822'}`,
      '',
      ...(attemptId ? [`Message-ID: <${attemptId}@notice.sesshu.invalid>`] : []),
      ...(stop ? ['List-Unsubscribe:', ` <https://sesshu.example.jp/my/mail/stop/${stop}>`] : []),
      'Subject: made up',
      '',
      wish.body ?? 'body',
      '--4B1.1622/mx.example.jp--',
      '',
    ].join('\r\n'),
  )
}
