/**
 * What a machine can see of a page in a browser that a reader would stumble over: it runs out of its
 * window, jumps in its headings, has a field or a button without words, leaks another language, or shows a
 * code, an id or a date as programs write them.
 */
import type { Page } from 'playwright-core'
import { staff } from './credentials.ts'

export type PageLang = 'ja' | 'en'

// What a Japanese page may say in Latin letters, apart from code and what is marked as English.
const latinWords = new Set([
  'sesshu',
  'Temporal',
  'PostgreSQL',
  'HTTP',
  'worker',
  'importer',
  'relay',
  'keyd',
  'English',
  'CSV',
  'NDJSON',
  'JSON',
  'PDF',
  'USB',
  'Excel',
  'UTF',
  'BOM',
  'Shift',
  'JIS',
  'SHA',
  'VRS',
  'HTML',
  'TSV',
  'eml',
  'xlsx',
  'csv',
  'Enter',
  // who is signed in, in tests
  ...staff.map((who) => who.toLowerCase()),
])

/** `between`: what parts two texts that stand in boxes of their own. */
async function textWithout(page: Page, selector: string, between = ' '): Promise<string> {
  return (await page.evaluate(`(() => {
    const body = document.body.cloneNode(true)
    for (const part of body.querySelectorAll('${selector}')) part.remove()
    const texts = []
    const walk = document.createTreeWalker(body, NodeFilter.SHOW_TEXT)
    while (walk.nextNode()) texts.push(walk.currentNode.data)
    return texts.join('${between}')
  })()`)) as string
}

/** What a page may say of the other language. */
export type Allowed = {
  /** In Latin letters on a Japanese page, apart from code and what is marked as English. */
  latin: ReadonlySet<string>
  /** Where an English page may be Japanese: names of places stay as they are written. */
  japaneseIn: string
  between: '' | ' '
}

const allowedHere: Allowed = {
  latin: latinWords,
  japaneseIn: '[lang=ja], h1, code, script, noscript',
  between: ' ',
}

async function latinIn(page: Page, { latin, between }: Allowed): Promise<string[]> {
  const shown = await textWithout(page, 'code, [lang=en], script, noscript', between)
  // The short id of a course or of a letter is hexadecimal, and may look like a word.
  const text = shown.replaceAll(/\b(?:[0-9a-f]{8}|[0-9A-F]{4}-[0-9A-F]{4})\b/g, '')
  return text.match(/[A-Za-z]{3,}/g)?.filter((word) => !latin.has(word)) ?? []
}

async function japaneseIn(page: Page, allowed: Allowed): Promise<string[]> {
  const text = await textWithout(page, allowed.japaneseIn, allowed.between)
  return text.replaceAll('sesshu 接種', '').match(/[\u3040-\u30ff\u4e00-\u9fff]+/g) ?? []
}

/** Words of the other language; none on a page that keeps to its own. */
export function foreignWords(
  page: Page,
  lang: PageLang,
  allowed: Allowed = allowedHere,
): Promise<string[]> {
  return lang === 'ja' ? latinIn(page, allowed) : japaneseIn(page, allowed)
}

/** What stands nowhere but in code and fields: whole ids, days as programs write them, names of codes, and
 *  what a program says where it has nothing to say. */
export async function rawWords(page: Page): Promise<string[]> {
  const text = await textWithout(page, 'code, script, noscript, textarea, style, select')
  const raw = [
    /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g,
    /(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)/g,
    /\b[a-z]+[A-Z][A-Za-z]*\b/g,
    /\b(?:undefined|null|NaN|Invalid Date)\b|\[object \w+\]/g,
  ]
  return raw.flatMap((form) => text.match(form) ?? [])
}

/** By how many pixels the page is wider than its window; and what stands over the edge of its own box. */
export async function overflowOf(page: Page): Promise<number> {
  return (await page.evaluate('document.documentElement.scrollWidth - innerWidth')) as number
}

/** Levels in their order: one first, and no step down that leaves a level out. Answers what is wrong. */
export async function headingFaults(page: Page): Promise<string[]> {
  const headings = await page
    .locator('h1, h2, h3, h4, h5, h6')
    .evaluateAll((all) => all.map((one) => [Number(one.tagName.slice(1)), one.textContent ?? '']))
  const faults: string[] = []
  let before = 0
  for (const [level, text] of headings as [number, string][]) {
    if (text.trim() === '') faults.push(`h${level} without words`)
    if (level - before > 1) faults.push(`h${level} after h${before}: ${text}`)
    before = level
  }
  const first = headings.filter(([level]) => level === 1).length
  return first === 1 ? faults : [...faults, `${first} h1`]
}

/** Buttons, links, fields, columns and sections that a screen reader would have no words for. */
export async function wordlessParts(page: Page): Promise<string[]> {
  return (await page.evaluate(`(() => {
    const shown = (one) => one.getClientRects().length > 0
    const words = (one) =>
      (one.getAttribute('aria-label') ?? '').trim() ||
      (one.getAttribute('aria-labelledby') ?? '').split(' ')
        .map((id) => document.getElementById(id)?.textContent ?? '').join('').trim()
    const head = (one) => one.outerHTML.slice(0, 120)
    const faults = []
    for (const one of document.querySelectorAll('button, a[href], summary, legend, caption, th, dt')) {
      if (shown(one) && !words(one) && !one.textContent.trim() && !one.querySelector('img[alt], svg[aria-label]')) faults.push(head(one))
    }
    for (const one of document.querySelectorAll('input:not([type=hidden]), select, textarea')) {
      const labels = [...(one.labels ?? [])].map((label) => label.textContent.trim()).join('')
      if (shown(one) && !labels && !words(one)) faults.push(head(one))
    }
    for (const one of document.querySelectorAll('section, nav, progress')) {
      if (shown(one) && !words(one)) faults.push(head(one))
    }
    const ids = [...document.querySelectorAll('[id]')].map((one) => one.id)
    for (const id of new Set(ids.filter((id, i) => ids.indexOf(id) !== i))) faults.push('twice: #' + id)
    return faults
  })()`)) as string[]
}

/** Styles that the page asks for and does not get: it stands there bare, and nothing else says so. */
export async function missingStyles(page: Page): Promise<string[]> {
  return (await page.evaluate(`[...document.querySelectorAll('link[rel=stylesheet]')]
    .filter((link) => {
      // The rules of what came as an error may not be read.
      try { return link.sheet.cssRules.length === 0 } catch { return true }
    })
    .map((link) => link.getAttribute('href'))`)) as string[]
}

/** Small figures that are cut at their edge, and squares of a key that stand far from their words. */
export async function brokenFigures(page: Page): Promise<string[]> {
  return (await page.evaluate(`[
    ...[...document.querySelectorAll('.month-chart')]
      .filter((one) => one.scrollWidth > one.clientWidth)
      .map((one) => 'cut: ' + one.textContent.trim().slice(-30)),
    ...[...document.querySelectorAll('.chart-key svg')]
      .filter((one) => one.getBoundingClientRect().width > 24)
      .map((one) => 'far from its words: ' + one.parentElement.textContent.trim()),
  ]`)) as string[]
}
