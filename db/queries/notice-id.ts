/**
 * A notice's id follows from its identity, so that whoever sees a mail or letter leave can tell what it
 * was about without these tables. The monitor reckons the same id on its own (`monitor/notice-id.ts`);
 * docs/adr/0036-a-watch-that-shares-nothing.md is what both go by. Course, dose and move are random ids:
 * nobody can be guessed from it.
 */
import { hash } from 'node:crypto'
import type { NoticeIdentity } from '../../domain/notice-check.ts'
import { uuidOfHex } from '../../domain/uuid.ts'

export function noticeIdOf(courseId: string, notice: NoticeIdentity): string {
  const { kind, phase = '', doseNumber, occasion, round } = notice
  const named = `sesshu notice|${courseId}|${kind}|${phase}|${doseNumber}|${occasion}|${round}`
  return uuidOfHex(hash('sha256', named))
}
