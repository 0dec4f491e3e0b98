/** What a tablet is set to for the day. Chosen by hand, said again at noon, the next day and on change. */

export type Settings = {
  /** The venue that the tablet was enrolled for: another enrolment is another setting. */
  venueCode: string
  /** `today` goes on with the system's calendar; a date is for writing up another day. */
  givenOn: 'today' | string
  productCode: string
  lotNumber: string
  /** When somebody last said that all of this is so, in ms of the tablet's clock. */
  confirmedAtMs: number
}

/** `localStorage`, as far as it is needed. */
type Kept = { getItem(key: string): string | null; setItem(key: string, value: string): void }

const keptUnder = 'sesshu.scan.settings'
const tokyoOffsetMs = 9 * 3_600_000
const halfDayMs = 12 * 3_600_000

/** Whether somebody must say again that the settings are so: a noon or a midnight of Tokyo has passed. */
export function isConfirmationDue(settings: Settings, nowMs: number): boolean {
  return halfDayOf(settings.confirmedAtMs) !== halfDayOf(nowMs)
}

/** How long the confirmation still holds, in ms. */
export function confirmedForMs(nowMs: number): number {
  return (halfDayOf(nowMs) + 1) * halfDayMs - tokyoOffsetMs - nowMs
}

/** The day of the calendar in Tokyo; a campaign's days are told by the system alone. */
export function onDayOf<T extends { today: string; isCampaign: boolean }>(
  told: T,
  nowMs: number,
): T {
  if (told.isCampaign) return told
  return { ...told, today: new Date(nowMs + tokyoOffsetMs).toISOString().slice(0, 10) }
}

type Watched = {
  nowMs: () => number
  /** Those that reads are recorded with; undefined while nothing is read. */
  settings: () => Settings | undefined
  /** Shows them to be confirmed. */
  confirm: () => void
}

/**
 * Asked before a read is recorded and whenever the tablet wakes, because its timers sleep with it. True:
 * the confirmation is shown, and nothing is recorded until somebody has said that it is so.
 */
export function confirmationGate({ nowMs, settings, confirm }: Watched): () => boolean {
  return () => {
    const chosen = settings()
    const isDue = chosen !== undefined && isConfirmationDue(chosen, nowMs())
    if (isDue) confirm()
    return isDue
  }
}

function halfDayOf(atMs: number): number {
  return Math.floor((atMs + tokyoOffsetMs) / halfDayMs)
}

/** What was kept for this venue; undefined for none, another venue's, or what is no setting. */
export function keptSettings(venueCode: string, storage: Kept): Settings | undefined {
  try {
    const kept = JSON.parse(storage.getItem(keptUnder) ?? 'null') as Settings | null
    const isWhole =
      kept?.venueCode === venueCode &&
      [kept.givenOn, kept.productCode, kept.lotNumber].every((text) => typeof text === 'string') &&
      Number.isFinite(kept.confirmedAtMs)
    return isWhole ? kept : undefined
  } catch {
    return undefined
  }
}

export function keepSettings(settings: Settings, storage: Kept): void {
  storage.setItem(keptUnder, JSON.stringify(settings))
}
