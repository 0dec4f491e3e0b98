/**
 * A notice's id follows from its identity, so that whoever sees a mail or letter leave can tell what it
 * was about without these tables. The monitor reckons the same id on its own (`monitor/notice-id.ts`);
 * docs/adr/0036-a-watch-that-shares-nothing.md is what both go by. Course, dose and move are random ids:
 * nobody can be guessed from it.
 */
import { createHash } from 'node:crypto'
import type { NoticeIdentity } from '../../domain/notice-check.ts'

export function noticeIdOf(courseId: string, notice: NoticeIdentity): string {
  const { kind, phase = '', doseNumber, occasion, round } = notice
  const named = `sesshu notice|${courseId}|${kind}|${phase}|${doseNumber}|${occasion}|${round}`
  const bytes = createHash('sha256').update(named).digest().subarray(0, 16)
  // RFC 9562: a UUID of version 8, whose bits are the application's own.
  bytes[6] = (bytes[6]! & 0x0f) | 0x80
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
