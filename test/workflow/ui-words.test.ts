// T18: in a real browser, a signed-in operator reads a run in plain words; everybody else ciphertext.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { courseWorkflowId } from '../../workflows/messages.ts'
import { browserPath, launchBrowser } from '../support/browser.ts'
import { CourseModel, dayOf } from '../support/course-fixture.ts'
import { eventually, startTestWorker, type TestWorker } from '../support/course-worker.ts'
import { startUiSite, type UiSite } from '../support/ui-site.ts'

const words = /接種コース|接種待ち|期限超過|wait until|Waiting for|courseId/

/** The UI draws a timeline, and sets summary and details in frames of their own. */
const shownScript = `document.body.innerText + [...document.querySelectorAll('svg text')]
  .map((each) => ' ' + each.textContent).join('')`

/** Undefined while a frame is being replaced: nobody knows yet what it will show. */
async function shownBy(tab: Page): Promise<string | undefined> {
  const frames = tab.frames().map((frame) => frame.evaluate<string>(shownScript))
  return await Promise.all(frames).then(
    (texts) => texts.join('\n'),
    () => undefined,
  )
}

/** Ends what hangs: beside much else, one view of the UI alone may take half a minute. */
const hangsAfter = { timeout: 300_000 }

// Without a browser these count as skipped, never as passed.
describe.skipIf(!browserPath)('the page of a run', hangsAfter, () => {
  let browser: Browser
  let site: UiSite
  let worker: TestWorker
  let page: string
  let courseId: string

  beforeAll(async () => {
    const model = new CourseModel()
    worker = await startTestWorker(inject('temporal'), model.activities())
    site = await startUiSite(inject('temporal'))
    browser = await launchBrowser()
    courseId = model.openCourse()
    await worker.tell(courseId, model.giveDose(courseId, { number: 1, on: dayOf(0) }))
    await worker.until(courseId, ({ stage }) => stage === 'awaitingSecondDose')
    const { runId } = await worker.course(courseId).describe()
    const id = encodeURIComponent(courseWorkflowId(courseId))
    page = `${site.url}/namespaces/${inject('temporal').namespace}/workflows/${id}/${runId}`
  })
  afterAll(async () => {
    await browser?.close()
    await site?.close()
    await worker?.stop()
  })

  /**
   * The text of one view, once it shows all `signs`, which the UI loads one by one; in a browser that
   * knows nobody yet.
   */
  async function read(as: string | undefined, view: string, ...signs: string[]): Promise<string> {
    const context = await browser.newContext({ viewport: { width: 1600, height: 1400 } })
    // A test's own limit is the only one.
    context.setDefaultTimeout(0)
    try {
      const tab = await context.newPage()
      if (as) await tab.goto(`${site.signInUrl}/${as}`)
      await tab.goto(`${page}/${view}`)
      let text = ''
      await eventually(async () => {
        text = (await shownBy(tab)) ?? ''
        return signs.every((sign) => text.includes(sign))
      })
      return text
    } finally {
      await context.close()
    }
  }

  test('T18: an operator reads summary, timer, input and details in plain words', async () => {
    const timer = 'wait until 23 June 2021: dose 2 overdue'
    await read('operator', 'timeline', timer, `"courseId": "${courseId}"`)
    await read('operator', 'history', '接種コース', timer)
    const summary = `接種コース ${courseId.slice(0, 8)} / vaccination course`
    const details = ['2回目の接種待ち', 'Waiting for the second dose']
    await read('operator', 'user-metadata', summary, ...details)
    expect(site.logged.join('')).toContain('"actor":"account-operator"')
    // The UI hands summary and details to its own server to be set as Markdown.
    expect(decodeURIComponent(site.uiSaid())).not.toMatch(words)
  })

  test.each([
    ['a clerk', 'clerk', 'Data decoding failed - Forbidden'],
    ['nobody in particular', undefined, 'Data decoding failed - Unauthorized'],
  ])('T18: %s reads ciphertext, and where to sign in', async (_who, as, sign) => {
    const before = site.logged.length
    for (const view of ['timeline', 'history']) {
      const ciphertext = '"data": "Af'
      const whereTo = 'Sign in as an operator to read payloads'
      expect(await read(as, view, sign, ciphertext, whereTo)).not.toMatch(words)
    }
    expect(await read(as, 'user-metadata', 'Sign in as an operator')).not.toMatch(words)
    expect(site.logged.slice(before).join('')).not.toContain('payloads were decoded')
  })
})
