/** Every way a ticket is read, every verdict, and what an answer must never be shown over. */
import type { Page } from 'playwright-core'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { formatTicketLine, type SlipKind } from '../../../domain/ticket.ts'
import { asProgram } from '../../support/credentials.ts'
import { letTimeFlow, passTime } from '../../support/held-time.ts'
import {
  enrolAndStart,
  keepScreen,
  newTablet,
  next,
  type ScanSite,
  type Tablet,
  verdict,
  wedge,
} from '../../support/scan-page.ts'
import { aResident, aScan, town } from '../../support/town.ts'
import { blank, nw7Picture, png, qrPicture, sideBySide } from '../../support/venue-codes.ts'

/** The ticket in front of the camera. */
export const filmedNumber = '4100000001'

/** The page's own: so long an ok stands there, and so long an answer is waited for. */
const passesAfterMs = 2_000
const patienceMs = 3_000

export const lineOf = (number: string, dose = 1, slipKind: SlipKind = 'vaccination') =>
  formatTicketLine({ slipKind, claimedDoseNumber: dose, municipalityCode: town, number })

export function readTests(open: () => ScanSite): void {
  describe('a ticket is read', () => {
    let site: ScanSite
    let tablet: Tablet
    let page: Page

    beforeAll(async () => {
      site = open()
      tablet = await newTablet(site)
      page = tablet.page
      await enrolAndStart(site, tablet, 'ja')
    })
    // An ok of the test before would cover what this one presses.
    beforeEach(() => passTime(page, passesAfterMs))

    const someone = (options: Parameters<typeof aResident>[1] = {}) => aResident(site.db, options)

    /** The rows that a ticket has led to, as the superuser sees them. */
    async function scans(readBy: string): Promise<{ verdict: string; readBy: string }[]> {
      return await site.db.sql`
      select verdict, read_by as "readBy" from scan where read_by = ${readBy} order by received_at`
    }

    /** Of a person's doses, the newest first; null where one counts. */
    async function voidReasons({ residentId }: { residentId: string }): Promise<(string | null)[]> {
      const rows = await site.db.sql<{ reason: string | null }[]>`
        select void_reason as reason from dose where resident_id = ${residentId}
         order by recorded_at desc`
      return rows.map(({ reason }) => reason)
    }

    const keep = (name: string) => keepScreen(page, name)

    async function type(text: string): Promise<void> {
      await page.locator('#typed').fill(text)
      await page.locator('form[data-form=typed] button').click()
    }

    async function image(name: string, picture: Parameters<typeof png>[0]): Promise<void> {
      await page.locator('#image').setInputFiles({
        name: `${name}.png`,
        mimeType: 'image/png',
        buffer: png(picture),
      })
    }

    /** A frame that waited for the reader counts as gone when it is read; a sound that sleeps is not heard. */
    async function wakeReaderAndSound(): Promise<void> {
      await page.evaluate('window.isAudible')
      await image('white', blank(200, 200))
      await verdict(page, 'notATicket')
      await next(page)
      await page.evaluate(
        'window.felt = []; window.heard = []; performance.clearMeasures("scan-to-verdict")',
      )
    }

    async function bornIn(year: number): Promise<void> {
      await page.locator('[data-over=ask]').waitFor()
      await page.locator('#birth-era').selectOption('AD')
      await page.locator('#birth-year').fill(String(year))
    }
    const record = () => page.locator('form[data-form=ask] button[type=submit]').click()

    test('by the camera, from a QR code; and how long it took', async () => {
      await someone({ ticketNumber: filmedNumber })
      await wakeReaderAndSound()
      await page.locator('[data-do=openCamera]').click()
      expect(await verdict(page, 'recorded')).toContain('記録しました')
      await keep('scan-recorded-ja')
      expect(await page.locator('[data-bind=shape]').innerText()).toBe('●')
      expect(await page.locator('[data-bind=tail]').innerText()).toBe('0001')
      expect(await page.evaluate('[window.felt, window.heard]')).toEqual([['80'], [1320]])
      console.log(`scan to verdict, the first with the camera: ${await measured(page)} ms`)
      // Goes on by itself, and the ticket that still lies there is not read again.
      await passTime(page, passesAfterMs)
      await page.locator('[data-over=verdict]').waitFor({ state: 'hidden' })
      await page.waitForTimeout(400)
      expect(await page.locator('[data-over=verdict]').isVisible()).toBe(false)
      await keep('scan-camera-ja')
      await page.locator('[data-do=shutCamera]').click()
      expect(await scans('qr')).toContainEqual({ verdict: 'recorded', readBy: 'qr' })
    })

    test('by an image file with a QR code; of two it guesses none, and no code is said', async () => {
      const one = await someone()
      await image('ticket', qrPicture(lineOf(one.ticketNumber)))
      await verdict(page, 'recorded')
      // What is shown of an ok gives way to the next read at once.
      const two = sideBySide(
        qrPicture(lineOf(one.ticketNumber, 2)),
        qrPicture(lineOf('4000999999')),
      )
      await image('sheet', two)
      expect(await verdict(page, 'notATicket')).toContain('2つ以上')
      await next(page)
      await image('white', { ...two, pixels: two.pixels.map(() => 255) })
      expect(await verdict(page, 'notATicket')).toContain('見つかりません')
      await next(page)
    })

    test('by NW-7, where issuer, dose and birth year are asked for', async () => {
      const one = await someone()
      await image('bar code', nw7Picture(one.ticketNumber))
      await bornIn(one.birthYear)
      await keep('scan-ask-ja')
      await record()
      expect(await page.locator('[data-bind=askProblem]').innerText()).toContain('回数')
      await page.locator('input[name=slipKind][value=vaccination]').check()
      await page.locator('input[name=dose][value="1"]').check()
      await record()
      await verdict(page, 'recorded')
      expect(await scans('nw7')).toEqual([{ verdict: 'recorded', readBy: 'nw7' }])
    })

    test('by a scanner like a keyboard: a QR code when it says so, else with the birth year', async () => {
      const [one, two] = [await someone(), await someone()]
      await wedge(page, `]Q1${lineOf(one.ticketNumber)}`)
      await verdict(page, 'recorded')
      await wedge(page, lineOf(two.ticketNumber))
      await bornIn(two.birthYear)
      expect(await page.locator('[data-bind=askRest]').isVisible()).toBe(false)
      await record()
      await verdict(page, 'recorded')
      expect(await page.locator('#typed').inputValue()).toBe('')
      expect(await scans('nw7')).toHaveLength(2)
    })

    test('by fingers: with the right year recorded, with another one held', async () => {
      const [one, two] = [await someone(), await someone()]
      await type(lineOf(one.ticketNumber))
      await bornIn(one.birthYear)
      await record()
      await verdict(page, 'recorded')
      await next(page)
      await type(lineOf(two.ticketNumber))
      await bornIn(two.birthYear + 1)
      await record()
      expect(await verdict(page, 'held')).toContain('生まれた年が券の持ち主と違います')
      expect(await page.locator('[data-bind=shape]').innerText()).toBe('▲')
      await keep('scan-held-ja')
      // Never goes by itself, and nothing else is taken before somebody has looked.
      await wedge(page, `]Q1${lineOf('4000999998')}`)
      expect(await page.locator('[data-bind=busy]').innerText()).toContain('先に')
      await passTime(page, passesAfterMs + 300)
      expect(await page.locator('[data-over=verdict]').getAttribute('data-kind')).toBe('held')
      expect(await page.locator('[data-over=verdict] [data-do=undo]').isVisible()).toBe(false)
      await next(page)
    })

    test('twice within ten minutes: read already, and sent once', async () => {
      const one = await someone()
      await wedge(page, `]Q1${lineOf(one.ticketNumber)}`)
      await verdict(page, 'recorded')
      const before = (await scans('qr')).length
      await wedge(page, `]Q1${lineOf(one.ticketNumber)}`)
      expect(await verdict(page, 'alreadyRead')).toContain('読み取り済みです')
      expect((await scans('qr')).length).toBe(before)
      await next(page)
    })

    test('that the register does not know: waiting; that cannot be: stop', async () => {
      await wedge(page, `]Q1${lineOf('4000999997')}`)
      await verdict(page, 'waiting')
      await next(page)
      // A code that is well formed and nobody's is for the server to refuse.
      const nobody = formatTicketLine({
        slipKind: 'vaccination',
        claimedDoseNumber: 1,
        municipalityCode: '479993',
        number: '4000000001',
      })
      await wedge(page, `]Q1${nobody}`)
      expect(await verdict(page, 'refused')).toContain('市区町村')
      expect(await page.locator('[data-bind=shape]').innerText()).toBe('■')
      await keep('scan-refused-ja')
      await next(page)
      await wedge(page, `]Q1${lineOf('4000000001').replace(town, '131042')}`)
      expect(await verdict(page, 'notATicket')).toContain('検査数字')
      await next(page)
    })

    test('with findings: recorded, and look again', async () => {
      const one = await someone()
      await wedge(page, `]Q1${lineOf(one.ticketNumber, 2)}`)
      expect(await verdict(page, 'recordedWithFindings')).toContain('順番')
      await keep('scan-findings-ja')
      await next(page)
    })

    test('screened only; and recorded before by somebody else', async () => {
      const [one, two] = [await someone(), await someone()]
      await wedge(page, `]Q1${lineOf(one.ticketNumber, 1, 'screenedOnly')}`)
      expect(await verdict(page, 'screenedOnly')).toContain('予診のみ')
      const before = aScan(two, { givenOn: site.site.clock.today() })
      const init = { method: 'POST', headers: asProgram, body: JSON.stringify(before) }
      expect((await site.site.app.request('/api/v1/scans', init)).status).toBe(201)
      await wedge(page, `]Q1${lineOf(two.ticketNumber)}`)
      expect(await verdict(page, 'alreadyRecorded')).toContain('すでに')
      await next(page)
    })

    test('and taken back within the minute, by the tablet that read it', async () => {
      const one = await someone()
      await wedge(page, `]Q1${lineOf(one.ticketNumber)}`)
      await verdict(page, 'recorded')
      await page.locator('[data-over=verdict] [data-do=undo]').click()
      await verdict(page, 'undone')
      expect(await voidReasons(one)).toEqual(['undoneAtOnce'])
      await next(page)
      await wedge(page, `]Q1${lineOf(one.ticketNumber)}`)
      // The slip is free again, and no longer called read already.
      await verdict(page, 'recorded')
      expect(await voidReasons(one)).toEqual([null, 'undoneAtOnce'])
      await next(page)
      expect(await page.locator('[data-bind=last] li').count()).toBe(5)
      await keep('scan-last-ja')
    })

    test('ghost: the slow answer to the first read never shows over the second', async () => {
      const [one, two] = [await someone(), await someone()]
      let letGo = () => {}
      const held = new Promise<void>((resolve) => {
        letGo = resolve
      })
      let isFirst = true
      await page.route('**/api/v1/scans', async (route) => {
        if (isFirst) {
          isFirst = false
          await held
        }
        await route.continue()
      })
      const firstIsSent = page.waitForRequest('**/api/v1/scans')
      // The first has an answer that would be seen: its dose comes out of order.
      await wedge(page, `]Q1${lineOf(one.ticketNumber, 2)}`)
      await firstIsSent
      await passTime(page, patienceMs)
      await verdict(page, 'unsent')
      await page.evaluate(`{
        const over = document.querySelector('[data-over=verdict]')
        window.seen = []
        new MutationObserver(() => {
          const { kind, readId } = over.dataset
          if (kind) window.seen.push(kind + ' ' + readId)
        }).observe(over, { attributes: true })
      }`)
      await wedge(page, `]Q1${lineOf(two.ticketNumber)}`)
      await page.locator('[data-over=sending]').waitFor()
      letGo()
      await verdict(page, 'recorded')
      const secondId = await page.locator('[data-over=verdict]').getAttribute('data-read-id')
      const seen = (await page.evaluate('window.seen')) as string[]
      expect(new Set(seen)).toEqual(new Set([`recorded ${secondId}`]))
      expect(await page.locator('[data-bind=tail]').innerText()).toBe(two.ticketNumber.slice(-4))
      const lines = page.locator('[data-bind=last] li')
      expect(await lines.nth(1).getAttribute('data-kind')).toBe('recordedWithFindings')
      await page.unroute('**/api/v1/scans')
    })

    test('without a connection it is kept, said to be unsent, and sent when it is back', async () => {
      const one = await someone()
      await page.locator('[data-over=verdict]').waitFor({ state: 'hidden' })
      await tablet.context.setOffline(true)
      await wedge(page, `]Q1${lineOf(one.ticketNumber)}`)
      expect(await verdict(page, 'unsent')).toContain('未送信')
      expect(await page.locator('[data-bind=unsent]').innerText()).toBe('1')
      await keep('scan-unsent-ja')
      // Where the first try finds no connection yet, another one follows.
      await letTimeFlow(page)
      await tablet.context.setOffline(false)
      await page.locator('[data-bind=last] li[data-kind=recorded]').first().waitFor()
      await page.getByText('未送信 0').waitFor()
    })

    test('nothing of anybody is kept on the tablet', async () => {
      console.log(`scan to verdict, every kind of read: ${await measured(page)} ms`)
      const kept = await page.evaluate(`(async () => {
      const words = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage })]
      for (const { name } of await indexedDB.databases()) {
        const db = await new Promise((done) => {
          const request = indexedDB.open(name)
          request.onsuccess = () => done(request.result)
        })
        for (const store of db.objectStoreNames) {
          const all = db.transaction(store).objectStore(store).getAll()
          await new Promise((done) => { all.onsuccess = done })
          words.push(JSON.stringify(all.result))
          for (const { privateKey } of all.result) if (privateKey) words.push('extractable ' + privateKey.extractable)
        }
        db.close()
      }
      return words.join(' ')
    })()`)
      expect(kept).toContain('TEST01')
      expect(kept).toContain('extractable false')
      expect(kept).not.toMatch(/(?<![0-9a-f])1950(?![0-9a-f])|41000000|40000000/)
    })
  })
}

/** The time from frame, file or key to the verdict on the screen, of each read that was answered in time. */
async function measured(page: Page): Promise<string> {
  const all = (await page.evaluate(
    `performance.getEntriesByName('scan-to-verdict')
      .filter(({ detail }) => !['unsent', 'undone'].includes(detail))
      .map(({ duration }) => Math.round(duration))`,
  )) as number[]
  return all.join(' ')
}
