/** The ticket that a demo's start page gives to try: a made-up person's, as a sheet and as a picture. */
import qrcode from 'qrcode'
import { formatTicketLine, type Ticket } from '../domain/ticket.ts'
import { markedTicket } from './demo.ts'
import type { Page } from './page.ts'
import { readSheets } from './sheet-files.ts'

/** What the QR code of a first dose's slip holds. */
export function tryLine({ municipalityCode, number }: Ticket): string {
  const slip = { slipKind: 'vaccination', claimedDoseNumber: 1 } as const
  return formatTicketLine({ ...slip, municipalityCode, number })
}

export type TryFile = { type: string; body: Uint8Array<ArrayBuffer> }

const pixelsPerModule = 8
const marginModules = 4

/** Undefined outside a demo, and until the sheet is made. */
export async function tryTicketFile(page: Page, name: string): Promise<TryFile | undefined> {
  const ticket = page.isDemo ? await markedTicket(page) : undefined
  if (!ticket) return undefined
  if (name === 'ticket.png') {
    const options = { scale: pixelsPerModule, margin: marginModules } as const
    const body = await qrcode.toBuffer(tryLine(ticket), { ...options, errorCorrectionLevel: 'Q' })
    return { type: 'image/png', body: new Uint8Array(body) }
  }
  const body = ticket.runId && (await readSheets(page.dataDir, { ...ticket, runId: ticket.runId }))
  return body ? { type: 'application/pdf', body } : undefined
}
