// The page of tickets and the start page's ticket, as people use them: forms without a script, files that
// only the own town opens, and a QR code that a reader reads.
import { randomUUID } from 'node:crypto'
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { setTicketApart, whoNeverComes } from '../../../simulator/set-apart.ts'
import type { Truth } from '../../../simulator/truth.ts'
import { browserPath, launchBrowser, serveApp } from '../../support/browser.ts'
import { as, asProgram, type Staff, seedStaff, sessionOf } from '../../support/credentials.ts'
import { visible } from '../../support/letters.ts'
import { type Site, startSite } from '../../support/pages-site.ts'
import { openPrinting, type Printing } from '../../support/printing.ts'
import { type SealedDatabase, sealedDatabase } from '../../support/sealed.ts'
import { aResident, seedTowns, town, venue } from '../../support/town.ts'
import { readBytes } from '../../unit/letters/read-codes.ts'
import { readPdf } from '../../unit/letters/read-pdf.ts'

/** Kept for whoever wants to look; nobody compares them. */
const screens = process.env.SESSHU_SCREENS

let db: SealedDatabase
let site: Site
let printing: Printing

beforeAll(async () => {
  db = await sealedDatabase()
  await seedTowns(db.sql)
  await seedStaff(db.sql)
  site = startSite(db)
  mkdirSync(site.dataDir.sheets, { recursive: true })
  printing = openPrinting(db, site.dataDir.root)
  await send('PUT', '/api/v1/number-ranges', {
    ...{ municipalityCode: town, first: '5000000000', last: '5000000999' },
  })
})
afterAll(async () => {
  await printing?.close()
  await site?.close()
  await db?.drop()
})

async function send(method: string, path: string, body?: object) {
  const init = { method, headers: asProgram, ...(body && { body: JSON.stringify(body) }) }
  const answer = await site.app.request(path, init)
  return { status: answer.status, body: JSON.parse(await answer.text()) }
}

/** A form of the page, and the page that it leads to. */
async function press(who: Staff, path: string, fields: Record<string, string> = {}) {
  const answer = await site.app.request(path, {
    method: 'POST',
    headers: { ...as(who), 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ ...fields, lang: 'en' }).toString(),
  })
  expect(answer.status).toBe(303)
  const to = answer.headers.get('location')!
  return { to, text: visible((await site.get(to, who)).text) }
}

const fileLink = /href="(\/tickets\/runs\/[0-9a-f-]+\/sheets\.pdf)/

describe('a clerk', () => {
  test('issues by register number, prints, and marks the printing; nobody else opens the file', async () => {
    const person = await aResident(db, { given: '画面' })
    const issued = await press('clerk', '/tickets/issue', {
      ...{ registerNumber: person.registerNumber, reason: 'lost', issueId: randomUUID() },
    })
    expect(issued.text).toContain('● Issued.')
    expect(issued.text).toContain('Print all 1 together')
    expect((await press('clerk', '/tickets/print')).text).toContain('being made')
    await printing.printAsked('2021-07-05')
    const page = await site.get('/tickets?lang=en', 'clerk')
    expect(visible(page.text)).toContain('ready to print')
    const link = fileLink.exec(page.text)![1]!
    await db.sql`delete from ledger_inbox`
    const file = await site.app.request(link, { headers: as('clerk') })
    const looks = await db.sql`select purpose, resident_id, fields from ledger_inbox`
    expect([...looks]).toMatchObject([
      { purpose: 'printTicket', resident_id: person.residentId, fields: ['ticket'] },
    ])
    expect(file.headers.get('content-type')).toBe('application/pdf')
    const { pages } = await readPdf(new Uint8Array(await file.arrayBuffer()))
    expect(pages[0]!.flat).toContain('見本画面')
    expect((await site.get(link, 'clerkElsewhere')).status).toBe(404)
    const marked = await press('clerk', link.replace('sheets.pdf', 'printed'))
    expect(marked.text).toContain('Marked as printed.')
    expect((await press('clerk', link.replace('sheets.pdf', 'printed'))).to).toContain('refused=')
    // What is on paper lies on no disk, and no link leads to it.
    const gone = await site.get(`${link}?lang=en`, 'clerk')
    expect([gone.status, gone.text.includes('marked as done')]).toEqual([409, true])
    expect(readdirSync(site.dataDir.sheets)).toEqual([])
    expect((await site.get('/tickets', 'clerk')).text).not.toContain(link)
  })

  test.each(['protected', 'erased', 'issued anew'])(
    'gets no file in which somebody was %s since: it is made anew without that sheet',
    async (what) => {
      const [stays, goes] = [await aResident(db, { given: '残留' }), await aResident(db)]
      const sheets = [stays, goes].map(({ registerNumber }) => {
        return { registerNumber, reason: 'lost', issueId: randomUUID() }
      })
      for (const sheet of sheets) await press('clerk', '/tickets/issue', sheet)
      await press('clerk', '/tickets/print')
      const [run] = await printing.printAsked('2021-07-05')
      expect(run!.sheets).toBe(2)
      const link = `/tickets/runs/${run!.runId}/sheets.pdf`
      expect((await site.get(link, 'clerk')).status).toBe(200)
      const { residentId } = goes
      if (what === 'protected') {
        await db.sql`
          insert into protection (municipality_code, resident_id, from_on)
          values (${town}, ${residentId}, '2021-07-05')`
      } else if (what === 'erased') {
        await db.sql`update resident set erased_at = now() where id = ${residentId}`
      } else {
        await press('clerk', '/tickets/issue', { ...sheets[1]!, issueId: randomUUID() })
      }
      await db.sql`delete from ledger_inbox`
      const refused = await site.get(`${link}?lang=en`, 'clerk')
      expect([refused.status, refused.text.includes('out of date')]).toEqual([409, true])
      const looks = await db.sql`select distinct resident_id as id from ledger_inbox`
      expect(looks.map(({ id }) => id).sort()).toEqual([stays.residentId, residentId].sort())
      expect((await site.get(link, 'clerk')).status).toBe(404)
      const [anew] = await printing.printAsked('2021-07-05')
      expect(anew).toMatchObject({ runId: run!.runId, sheets: 1 })
      expect((await site.get(link, 'clerk')).status).toBe(200)
      const pages = await printing.pages(town, run!.runId)
      expect([pages.length, pages[0]!.includes('見本残留')]).toEqual([1, true])
      await press('clerk', link.replace('sheets.pdf', 'printed'))
    },
  )

  test('reads why it cannot be, in words, and no name of whom it was about', async () => {
    const { to, text } = await press('clerk', '/tickets/issue', {
      ...{ registerNumber: 'nobody', reason: 'first', issueId: randomUUID() },
    })
    expect(to).toContain('refused=unknownResident')
    expect(to).not.toContain('nobody')
    expect(text).toContain('■ That could not be done')
  })

  test('issues from the list of tasks', async () => {
    const person = await aResident(db)
    await db.sql`
      insert into task (municipality_code, id, kind, resident_id, occasion, opened_on)
      values (${town}, ${randomUUID()}, 'slipsUsedUp', ${person.residentId}, ${randomUUID()}, '2021-07-01')`
    const page = (await site.get('/tickets', 'clerk')).text
    const taskId = /name="taskId" value="([^"]+)"/.exec(page)![1]!
    const issueId = randomUUID()
    await press('clerk', '/tickets/issue', { taskId, reason: 'slipsUsedUp', issueId })
    // The same form sent twice issues once.
    await press('clerk', '/tickets/issue', { taskId, reason: 'slipsUsedUp', issueId })
    const tickets = await db.sql`
      select from ticket where resident_id = ${person.residentId} and revoked_on is null`
    expect(tickets).toHaveLength(1)
  })
})

test('a printer for all chooses a municipality, and may not issue', async () => {
  const towns = await site.get('/tickets', 'printOperator')
  expect(towns.text).toContain(`/tickets?town=${town}`)
  const page = await site.get(`/tickets?town=${town}`, 'printOperator')
  expect(page.text).toContain('/tickets/print')
  expect(page.text).not.toContain('/tickets/issue')
  const { to } = await press('printOperator', '/tickets/print', { town })
  expect(to).toContain(`said=asked&town=${town}`)
})

describe('a demo', () => {
  const client = {
    send: (method: string, path: string, body?: unknown) => send(method, path, body as object),
  }

  test('sets a ticket apart over HTTP, and its start page shows the sheet and a code that is read', async () => {
    const person = await aResident(db, { given: '試し' })
    const truth = {
      header: { venues: [{ code: venue, municipalityCode: town, name: '見本会場' }] },
      people: [
        {
          title: whoNeverComes,
          tickets: [{}],
          doses: [],
          residences: [{ municipalityCode: town, registerNumber: person.registerNumber }],
        },
        { doses: [{ productCode: 'pfizer', lotNumber: 'TEST01' }] },
      ],
    } as unknown as Truth
    const printer = printing.start(site.clock)
    expect(await setTicketApart(client as never, truth, site.dataDir.root)).toBe(true)
    await vi.waitFor(async () => {
      expect((await site.app.request('/try/ticket.pdf')).status).toBe(200)
    }, 20_000)
    await printer.stop()
    const start = await site.app.request('/?lang=en')
    const page = await start.text()
    const line = /The 18 digits: <code>(\d{18})<\/code>/.exec(page)![1]!
    expect(line).toMatch(new RegExp(`^21${town}[59]000000\\d{3}$`))
    expect(page).toContain('<svg class="qr"')
    expect(page).toContain('href="/scan?lang=en"')
    const picture = await site.app.request('/try/ticket.png')
    expect(picture.headers.get('content-type')).toBe('image/png')
    const read = await readBytes(new Uint8Array(await picture.arrayBuffer()))
    expect(read).toEqual([{ format: 'QRCode', text: line }])
    const sheet = await site.app.request('/try/ticket.pdf')
    const { pages } = await readPdf(new Uint8Array(await sheet.arrayBuffer()))
    expect(pages[0]!.flat).toContain(line)
    expect(pages[0]!.flat).toContain('見本試し')
  })

  test.skipIf(!browserPath)(
    'fits a phone and a desk, in both languages',
    async () => {
      const served = await serveApp(site.app)
      const browser = await launchBrowser()
      try {
        for (const [width, path, who] of [320, 1280].flatMap((width) => [
          [width, '/', undefined] as const,
          [width, '/tickets', 'clerk'] as const,
        ])) {
          const context = await browser.newContext({ viewport: { width, height: 900 } })
          if (who) {
            await context.addCookies([{ name: 'sesshu', value: sessionOf(who), url: served.url }])
          }
          const page = await context.newPage()
          for (const lang of ['ja', 'en']) {
            await page.goto(`${served.url}${path}${lang === 'en' ? '?lang=en' : ''}`)
            const wide = await page.evaluate('document.documentElement.scrollWidth')
            expect(wide, `${path} ${lang} at ${width}`).toBeLessThanOrEqual(width)
            const name = `${path === '/' ? 'start' : 'tickets'}-${lang}-${width}.png`
            if (screens) await page.screenshot({ path: join(screens, name), fullPage: true })
          }
          await context.close()
        }
      } finally {
        await browser.close()
        await served.close()
      }
    },
    60_000,
  )

  test('has nobody to set apart in a campaign of somebody else’s', async () => {
    const truth = { header: { venues: [] }, people: [] } as unknown as Truth
    expect(await setTicketApart(client as never, truth, site.dataDir.root)).toBe(false)
  })
})
