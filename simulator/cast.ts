/**
 * The fixed cast: the first forty residents of every campaign, whatever its seed. One row is one
 * scenario. Days count from the epoch (0 = 2021-04-12), minutes from midnight. Everyone lives in the
 * cast's village, has Pfizer scanned by QR on the day of the shot, and gets letters, unless the row
 * says otherwise. For a first dose on day d round 1 falls due on d + 43, round 2 on d + 57, the
 * follow-up by hand on d + 71; notices are made at 9:00 (540), letters sealed at 19:00 (1140).
 */
import type { ProductCode } from './towns.ts'

export type CastDose = {
  day: number
  minute?: number
  /** When it became known; on the spot where it is left out. */
  told?: At
  product?: ProductCode
  readBy?: 'qr' | 'typed'
  /** How wrong the typed birth year is. */
  birthYearOff?: number
  /** A former sheet, or one that the register has not announced (yet). */
  ticket?: 'former' | 'unannounced'
  again?: At[]
}

export type At = { day: number; minute: number }

export type CastMove = {
  to: 'nextVillage' | 'castVillage'
  day: number
  /** 転出届 to the old town; none where the move-in comes first or alone. */
  notified?: At
  /** 転入届 to the new town; never told where it is left out. */
  told?: At
  ticketDay?: number
}

export type CastRow = {
  title: string
  bornOn?: string
  name?: { family: string; given: string; kana: string }
  mail?: true
  doses: CastDose[]
  screenedOnly?: CastDose
  moves?: CastMove[]
  /** A move that was announced and called off, or announced and never followed by a move-in. */
  plannedMove?: { notified: At; day: number; cancelled?: At }
  addressChanged?: { day: number; told: At }
  death?: { day: number; told: At }
  abroad?: { day: number; told: At }
  protected?: { day: number; told: At }
  /** The register announces the ticket used for an `unannounced` dose. */
  ticketAnnounced?: At
}

const at = (day: number, minute = 600): At => ({ day, minute })

export const cast: CastRow[] = [
  {
    title:
      'Ms A: first dose, move-out, move-in, relocation letter, reminder, second dose, complete',
    bornOn: '1948-11-03',
    name: { family: '例示', given: 'A子', kana: 'レイジ エーコ' },
    doses: [{ day: 1 }, { day: 50 }],
    moves: [{ to: 'nextVillage', day: 20, notified: at(15), told: at(24), ticketDay: 29 }],
  },
  { title: 'Round 1 by mail, then came', mail: true, doses: [{ day: 2 }, { day: 51 }] },
  {
    title: 'Round 1 by letter, then came',
    name: { family: '𠮷髙﨑', given: '例太', kana: 'ヨシタカザキ レイタ' },
    doses: [{ day: 2 }, { day: 51 }],
  },
  { title: 'Round 2 by mail, then came', mail: true, doses: [{ day: 3 }, { day: 66 }] },
  {
    title: 'Round 2 by letter, then came',
    name: { family: '架\uE001野', given: '例子', kana: 'カリノ レイコ' },
    doses: [{ day: 3 }, { day: 66 }],
  },
  { title: 'Both letters, then the follow-up by hand', doses: [{ day: 4 }] },
  {
    title: 'Moderna: both mails, then the follow-up by hand',
    mail: true,
    doses: [{ day: 4, product: 'moderna' }],
  },
  {
    title: 'Dosed just before the batch, at 14:30',
    doses: [{ day: 5 }, { day: 48, minute: 870 }],
  },
  {
    title: 'Dosed just before the batch, at 15:00',
    doses: [{ day: 5 }, { day: 48, minute: 900 }],
  },
  {
    title: 'Dosed just before the batch, at 16:00',
    doses: [{ day: 5 }, { day: 48, minute: 960 }],
  },
  { title: 'Never came for the first dose', doses: [] },
  {
    title: 'Dosed just before the mail, at 8:00',
    mail: true,
    doses: [{ day: 6 }, { day: 49, minute: 480 }],
  },
  {
    title: 'Dosed just before the mail, at 8:50',
    mail: true,
    doses: [{ day: 6 }, { day: 49, minute: 530 }],
  },
  {
    title: 'Dosed just before the second batch',
    doses: [{ day: 5 }, { day: 62, minute: 870 }],
  },
  {
    title: 'Death told between queue and seal',
    doses: [{ day: 6 }],
    death: { day: 48, told: at(49, 870) },
  },
  {
    title: 'Death told long after: the first letter could not know',
    doses: [{ day: 6 }],
    death: { day: 40, told: at(55) },
  },
  {
    title: 'Died and told before anything was due',
    doses: [{ day: 6 }],
    death: { day: 30, told: at(33) },
  },
  {
    title: 'Protected before anything was due, on moving',
    doses: [{ day: 7 }],
    moves: [{ to: 'nextVillage', day: 20, notified: at(17), told: at(22), ticketDay: 27 }],
    protected: { day: 22, told: at(22, 605) },
  },
  {
    title: 'Protected between queue and seal',
    doses: [{ day: 7 }],
    protected: { day: 50, told: at(50, 870) },
  },
  {
    title: 'Moved abroad after the first dose',
    doses: [{ day: 7 }],
    abroad: { day: 35, told: at(33) },
  },
  {
    title: 'Moved between doses, the new ticket registered in time',
    mail: true,
    doses: [{ day: 8 }, { day: 58 }],
    moves: [{ to: 'nextVillage', day: 22, notified: at(18), told: at(26), ticketDay: 30 }],
  },
  {
    title: 'Moved between doses, no new ticket within seven days',
    doses: [{ day: 8 }, { day: 58 }],
    moves: [{ to: 'nextVillage', day: 22, notified: at(18), told: at(26), ticketDay: 40 }],
  },
  {
    title: 'Move-in told before the move-out',
    doses: [{ day: 8 }],
    moves: [{ to: 'nextVillage', day: 23, told: at(25), notified: at(27), ticketDay: 29 }],
  },
  {
    title: 'Move called off: the reminder was held and then sent',
    doses: [{ day: 3 }],
    plannedMove: { notified: at(35), day: 40, cancelled: at(52) },
  },
  {
    title: 'Moved out and never in: held, and a task for the old town',
    doses: [{ day: 3 }],
    plannedMove: { notified: at(35), day: 40 },
  },
  {
    title: 'Moved twice between doses',
    doses: [{ day: 9 }],
    moves: [
      { to: 'nextVillage', day: 20, notified: at(16), told: at(22), ticketDay: 26 },
      { to: 'castVillage', day: 35, notified: at(32), told: at(36), ticketDay: 40 },
    ],
  },
  {
    title: 'Moved, and back within the month, without a word to the second town on leaving',
    mail: true,
    doses: [{ day: 9 }],
    moves: [
      { to: 'nextVillage', day: 20, notified: at(16), told: at(22), ticketDay: 26 },
      { to: 'castVillage', day: 38, told: at(41), ticketDay: 45 },
    ],
  },
  {
    title: 'Moved within the village the day before the reminder',
    doses: [{ day: 8 }],
    addressChanged: { day: 49, told: at(50) },
  },
  {
    title: 'Second dose recorded late: the reminder could not know',
    doses: [{ day: 9 }, { day: 40, told: at(56) }],
  },
  {
    title: 'Second dose heard before the first',
    doses: [{ day: 10, told: at(34) }, { day: 31 }],
  },
  {
    title: 'Second dose on the old ticket after the move',
    doses: [{ day: 10 }, { day: 33, ticket: 'former' }],
    moves: [{ to: 'nextVillage', day: 22, notified: at(19), told: at(25), ticketDay: 29 }],
  },
  {
    title: 'The same slip scanned three times',
    doses: [{ day: 11, again: [at(11, 700), at(13)] }, { day: 32 }],
  },
  {
    title: 'Wrong birth year typed: the second dose is held, so the reminder could not know',
    doses: [{ day: 11 }, { day: 32, readBy: 'typed', birthYearOff: 10 }],
  },
  {
    title: 'Both doses typed with the right birth year',
    doses: [
      { day: 11, readBy: 'typed' },
      { day: 32, readBy: 'typed' },
    ],
  },
  {
    title: 'Unknown ticket: the first dose waits until the register announces it',
    doses: [{ day: 12, ticket: 'unannounced' }],
    ticketAnnounced: at(20),
  },
  { title: 'Unknown ticket, never announced', doses: [{ day: 12, ticket: 'unannounced' }] },
  {
    title: 'Screened only, dosed a week later',
    doses: [{ day: 19 }, { day: 40 }],
    screenedOnly: { day: 12 },
  },
  {
    title: 'Mixed products',
    doses: [{ day: 12 }, { day: 40, product: 'moderna' }],
  },
  {
    title: 'AstraZeneca: a longer interval, so a later reminder',
    bornOn: '1971-02-14',
    doses: [{ day: 20, product: 'astrazeneca' }],
  },
  {
    title: 'A minor',
    bornOn: '2006-08-20',
    doses: [{ day: 30 }, { day: 51 }],
  },
]
