// The tablet's page in a real browser: one system, one browser, one camera.
import { afterAll, beforeAll, describe } from 'vitest'
import { browserPath } from '../support/browser.ts'
import { type ScanSite, startScanSite } from '../support/scan-page.ts'
import { filmedNumber, lineOf, readTests } from './scan-page/reads.ts'
import { tabletTests } from './scan-page/tablets.ts'

// Without a browser these count as skipped, never as passed.
describe.skipIf(!browserPath)('the scan page', () => {
  let site: ScanSite
  beforeAll(async () => {
    site = await startScanSite(lineOf(filmedNumber))
  })
  afterAll(() => site?.close())

  tabletTests(() => site)
  readTests(() => site)
})
