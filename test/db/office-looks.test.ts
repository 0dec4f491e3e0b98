// Proves in a real browser, over an office with its hands full: the pages that clerks live in fit every width,
// speak one language, and show nothing that only a program would say.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { browserPath, launchBrowser, type Served, serveApp } from '../support/browser.ts'
import { type Staff, sessionOf } from '../support/credentials.ts'
import { type Office, openOffice } from '../support/office-story.ts'
import {
  brokenFigures,
  foreignWords,
  headingFaults,
  missingStyles,
  overflowOf,
  rawWords,
  wordlessParts,
} from '../support/page-looks.ts'
import { town } from '../support/town.ts'

/** Kept for whoever wants to look; nobody compares them. */
const screens = process.env.SESSHU_SCREENS
const widths = screens ? [320, 768, 1280] : [320, 1280]
const langs = ['ja', 'en'] as const

let office: Office
let served: Served
let browser: Browser

const batchOn = (day: string) => `/batches/${town}/${day}`
const pages: [name: string, path: () => string, who?: Staff][] = [
  ['batches', () => '/batches'],
  ['batches-house', () => '/batches', 'printOperator'],
  ['batches-none', () => '/batches', 'clerkElsewhere'],
  ['batch-proposed', () => office.paths.batchProposed!],
  ['batch-sample', () => office.paths.sample!],
  ['batch-printed', () => office.paths.batchPrinted!],
  ['batch-printed-house', () => office.paths.batchPrinted!, 'printOperator'],
  ['batch-posted', () => batchOn('2021-06-15')],
  ['batch-aborted', () => batchOn('2021-06-16')],
  ['batch-late', () => batchOn('2021-06-17')],
  ['batch-sealed', () => batchOn('2021-06-18')],
  ['batch-being-aborted', () => batchOn('2021-06-19')],
  ['batch-released', () => batchOn('2021-06-20')],
  ['batch-checked', () => batchOn('2021-06-21'), 'municipalAdministrator'],
  ['batch-checked-by-me', () => batchOn('2021-06-21')],
  ['batch-nothing', () => batchOn('2021-06-22')],
  ['batch-by-itself', () => batchOn('2021-06-23')],
  ['mail', () => '/mail'],
  ['mail-none', () => '/mail', 'clerkElsewhere'],
  ['my-mail-confirm', () => office.paths.confirm!],
  ['my-mail-stop', () => office.paths.stop!],
  ['my-mail-confirmed', () => '/my/mail/said/confirmed'],
  ['my-mail-stopped', () => '/my/mail/said/stopped'],
  ['my-mail-over', () => '/my/mail/said/over'],
  ['monitor', () => '/monitor', 'municipalAdministrator'],
  ['monitor-other', () => '/monitor', 'clerkElsewhere'],
  ['monitor-operator', () => '/monitor', 'operator'],
  ['exports', () => '/exports'],
  ['exports-none', () => '/exports', 'clerkElsewhere'],
  ['paper', () => '/paper'],
  ['paper-batch', () => office.paths.paperBatch!],
  ['paper-none', () => '/paper', 'clerkElsewhere'],
  ['import-missing', () => office.paths.missing!],
  ['imports', () => '/imports'],
  ['letter-texts', () => '/letter-texts'],
  ['letter-text', () => '/letter-texts/reminder', 'municipalAdministrator'],
  ['letter-text-mine', () => '/letter-texts/lotRecall', 'municipalAdministrator'],
  ['letter-text-bare', () => '/letter-texts/invitation'],
  ['returned', () => '/returned'],
  ['returned-ended', () => '/returned?show=ended'],
  ['returned-none', () => '/returned', 'clerkElsewhere'],
  ['returned-one', () => office.paths.returnedOne!],
  ['returned-done', () => office.paths.returnedDone!],
  ['follow-ups', () => '/follow-ups'],
  ['follow-ups-mine', () => '/follow-ups?show=mine'],
  ['follow-ups-none', () => '/follow-ups', 'clerkElsewhere'],
  ['call', () => office.paths.call!],
  ['call-uncalled', () => office.paths.callUncalled!],
  ['costs', () => '/costs', 'municipalAdministrator'],
  ['costs-other', () => '/costs', 'clerkElsewhere'],
  ['costs-operator', () => '/costs', 'operator'],
  ['costs-state', () => '/costs', 'stateStatistician'],
  ['ready', () => '/ready'],
  ['ready-other', () => '/ready', 'clerkElsewhere'],
  ['ready-operator', () => '/ready', 'operator'],
  ['notice-settings', () => '/notice-settings', 'municipalAdministrator'],
  ['wave-pace', () => '/wave-pace', 'operator'],
  ['sticks', () => '/sticks', 'municipalAdministrator'],
  ['links', () => '/links'],
  ['worklist', () => '/worklist'],
  ['keying', () => '/keying'],
  ['desk', () => '/desk'],
  ['tickets', () => '/tickets'],
]

describe.skipIf(!browserPath)('an office', () => {
  beforeAll(async () => {
    office = await openOffice()
    served = await serveApp(office.site.app)
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await served?.close()
    await office?.close()
  })

  async function open(who: Staff): Promise<Page> {
    const context = await browser.newContext({ javaScriptEnabled: false })
    await context.addCookies([{ name: 'sesshu', value: sessionOf(who), url: served.url }])
    return context.newPage()
  }

  test.each(pages)('%s', async (name, path, who = 'clerk') => {
    const page = await open(who)
    const faults: unknown[] = []
    for (const lang of langs) {
      const query = path().includes('?') ? '&lang=en' : '?lang=en'
      const answer = await page.goto(`${served.url}${path()}${lang === 'en' ? query : ''}`)
      expect(answer?.status()).toBe(200)
      for (const width of widths) {
        await page.setViewportSize({ width, height: 900 })
        const over = await overflowOf(page)
        if (over > 0) faults.push(`${lang} ${width}: ${over} px too wide`)
        if (!screens) continue
        mkdirSync(screens, { recursive: true })
        const file = join(screens, `${name}-${lang}-${width}.png`)
        await page.screenshot({ path: file, fullPage: true })
      }
      const found = {
        foreign: await foreignWords(page, lang),
        raw: await rawWords(page),
        headings: await headingFaults(page),
        wordless: await wordlessParts(page),
        figures: await brokenFigures(page),
        unstyled: await missingStyles(page),
      }
      for (const [what, list] of Object.entries(found)) {
        if (list.length > 0) faults.push(`${lang} ${what}: ${list.join(' | ')}`)
      }
    }
    await page.context().close()
    expect(faults).toEqual([])
  })
})
