// T18: in a real browser, a signed-in operator reads a run in plain words; everybody else ciphertext.
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { courseWorkflowId } from '../../workflows/messages.ts'
import { browserPath, launchBrowser } from '../support/browser.ts'
import { CourseModel, dayOf } from '../support/course-fixture.ts'
import { startTestWorker, type TestWorker } from '../support/course-worker.ts'
import { startUiSite, type UiSite } from '../support/ui-site.ts'

// Without a browser these count as skipped, never as passed.
describe.skipIf(!browserPath)('the page of a run', () => {
  let browser: Browser
  let site: UiSite
  let worker: TestWorker
  let page: string

  beforeAll(async () => {
    const model = new CourseModel()
    worker = await startTestWorker(inject('temporal'), model.activities())
    site = await startUiSite(inject('temporal'))
    browser = await launchBrowser()
    const courseId = model.openCourse()
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

  async function read(as: string | undefined, view: string): Promise<string> {
    const context = await browser.newContext({ viewport: { width: 1600, height: 1400 } })
    try {
      const tab = await context.newPage()
      if (as) await tab.goto(`${site.signInUrl}/${as}`)
      const answers: number[] = []
      tab.on('response', (r) => r.url().startsWith(site.codecUrl) && answers.push(r.status()))
      await tab.goto(`${page}/${view}`)
      await tab.waitForTimeout(4000)
      await tab.screenshot({ path: `/tmp/codec-build/ui-${as}-${view}.png` })
      console.log(as, view, answers.length, [...new Set(answers)])
      return (await tab.evaluate('document.body.innerText')) as string
    } finally {
      await context.close()
    }
  }

  test('explore', async () => {
    for (const as of ['operator', 'clerk', undefined])
      for (const view of ['timeline', 'history']) console.log(await read(as, view))
    console.log(site.logged.slice(0, 5))
  })
})
