import { writeWhole } from './data-dir.ts'

/** Set by the supervisor for processes that listen on no port. */
export const READY_FILE_VARIABLE = 'SESSHU_READY_FILE'

/** Tells the supervisor that this process does its work from now on. Alone, it does nothing. */
export function announceReady(): void {
  const file = process.env[READY_FILE_VARIABLE]
  if (file) writeWhole(file, String(process.pid))
}
