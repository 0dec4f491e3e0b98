/** Proves, in a real browser without a network, that what the packer packs the system reads. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ed25519 } from '@noble/curves/ed25519.js'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { receiptSigned, toBase64 } from '../../domain/stick.ts'
import { inspectStick } from '../../files/stick/open.ts'
import { makeTownKey, type TownKey, unlockTownKey } from '../../files/stick/portable/town-key.ts'
import { verifyReceipt, writeReceipt } from '../../files/stick/receipt.ts'
import { packerFile } from '../../web/sticks/packer-file.ts'
import { browserPath, launchBrowser } from '../support/browser.ts'
import { type Sticks, sourceOf, startSticks, type stickToday } from '../support/sticks.ts'
import { town } from '../support/town.ts'

const passphrase = '桜の下の長い長い合言葉です'
const text = `番号,氏名\r\n${'0001,見本 花子\r\n'.repeat(30_000)}`

/** In the page: a folder with these names, whose files land in `window.written` as base64 once they are closed. */
function pickedFolder(names: string[]): void {
  const page = globalThis as unknown as {
    written: Record<string, string>
    showDirectoryPicker(): Promise<object>
  }
  page.written = {}
  page.showDirectoryPicker = async () => ({
    async *keys() {
      yield* names
    },
    getFileHandle: async (name: string) => ({
      createWritable: async () => {
        let bytes = ''
        return {
          write: async (piece: Uint8Array) => {
            for (const byte of piece) bytes += String.fromCharCode(byte)
          },
          close: async () => {
            page.written[name] = btoa(bytes)
          },
        }
      },
    }),
  })
}

describe.skipIf(!browserPath)('the packer', () => {
  let sticks: Sticks
  let system: TownKey
  let root: string
  let browser: Browser
  let page: Page
  const faults: string[] = []
  const asked: string[] = []

  beforeAll(async () => {
    sticks = await startSticks()
    system = await makeTownKey(town)
    root = mkdtempSync(join(tmpdir(), 'sesshu-packer-'))
    const html = await packerFile({
      recipient: sticks.recipient,
      systemKey: toBase64(system.publicKey),
      municipalityCode: town,
    })
    writeFileSync(join(root, 'packer.html'), html)
    writeFileSync(join(root, '異動.csv'), text)
    browser = await launchBrowser()
    page = await browser.newPage({ acceptDownloads: true })
    page.on('pageerror', (error) => faults.push(error.message))
    page.on('console', (line) => {
      if (line.type() === 'error') faults.push(line.text())
    })
    page.on('request', (request) => {
      if (!/^(file|blob|data):/.test(request.url())) asked.push(request.url())
    })
    await page.goto(pathToFileURL(join(root, 'packer.html')).href)
  }, 120_000)

  afterAll(async () => {
    await browser?.close()
    sticks?.remove()
    rmSync(root, { recursive: true, force: true })
  })

  async function save(list: string, folder: string): Promise<void> {
    mkdirSync(folder, { recursive: true })
    for (const link of await page.locator(`#${list} a`).all()) {
      const [download] = await Promise.all([page.waitForEvent('download'), link.click()])
      await download.saveAs(join(folder, download.suggestedFilename()))
    }
  }

  /** As a browser writes into a folder that was picked: the pieces are kept, and nothing else is touched. */
  async function writesIntoFolder(publicKey: string, today: typeof stickToday): Promise<void> {
    await page.evaluate(pickedFolder, ['old.csv'])
    await page.click('#pack')
    await page.locator('#pack-state.wrong').waitFor()
    expect(await page.textContent('#pack-state')).toContain('空ではありません')
    expect(await page.evaluate('Object.keys(window.written)')).toEqual([])

    await page.evaluate(pickedFolder, ['.Trashes', 'System Volume Information'])
    await page.click('#pack')
    await page.getByText('媒体を取り出せます').waitFor({ timeout: 100_000 })
    const written = await page.evaluate<Record<string, string>>('window.written')
    // The signature last: until then it is no stick.
    expect(Object.keys(written)).toEqual(['1.age', 'manifest.json', 'manifest.sig'])
    const folder = join(root, 'picked')
    mkdirSync(folder)
    for (const [name, bytes] of Object.entries(written)) {
      writeFileSync(join(folder, name), Buffer.from(bytes, 'base64'))
    }
    const trust = sticks.trust({ today, known: { publicKey } })
    const { manifest } = await inspectStick(folder, trust)
    expect(await sticks.read(folder, manifest)).toBe(text)
  }

  it('makes a key, packs a stick that the system opens, and reads what comes back', async () => {
    await page.locator('summary').click()
    await page.fill('#new-passphrase', passphrase)
    await page.fill('#new-passphrase-again', 'something else')
    await page.click('#make-key')
    await page.locator('#key-state.wrong').waitFor()
    await page.fill('#new-passphrase-again', passphrase)
    await page.click('#make-key')
    await page.locator('#key-shown').waitFor({ timeout: 100_000 })
    const publicKey = (await page.textContent('#public-key'))!
    await save('key-file', root)
    const locked = readFileSync(join(root, `town-key-${town}.age`))
    expect(locked.includes('AGE-SECRET-KEY')).toBe(false)

    await page.setInputFiles('#files', [join(root, '異動.csv')])
    await page.click('#pack-files')
    await page.locator('#links a').nth(2).waitFor({ timeout: 100_000 })
    const stick = join(root, 'stick')
    await save('links', stick)
    expect(readdirSync(stick).sort()).toEqual(['1.age', 'manifest.json', 'manifest.sig'])
    expect(await page.textContent('#read')).toContain('30,001')

    // The very reader that reads what the command line packs.
    const today = (await page.inputValue('#expires')) as unknown as typeof stickToday
    const { manifest, manifestSha256 } = await inspectStick(
      stick,
      sticks.trust({ today, known: { publicKey } }),
    )
    expect(await sticks.read(stick, manifest)).toBe(text)
    expect(manifest.files[0]).toMatchObject({ rows: 30_001, mode: 'difference' })

    // The key file opens here as well, and signs as the page did.
    const opened = await unlockTownKey(locked, passphrase)
    expect(toBase64(opened!.publicKey)).toBe(publicKey)
    expect(manifest.returnTo).toBe(opened!.recipient)

    await writeReceipt(stick, {
      receipt: {
        municipalityCode: town,
        sequence: manifest.sequence,
        manifestSha256,
        issuedAt: '2021-07-05T03:00:00.000Z',
        files: [],
      },
      ...(manifest.returnTo && { returnTo: manifest.returnTo }),
      answers: [{ name: '1-results.csv', bytes: sourceOf('r', '結果,済\r\n').open() }],
      sign: async (sha256) => ({
        publicKey: system.publicKey,
        signature: ed25519.sign(receiptSigned(sha256), system.secret),
      }),
    })
    await verifyReceipt(stick, toBase64(system.publicKey))
    await page.setInputFiles('#stick', stick)
    await page.click('#read-back')
    await page.locator('#answers a').waitFor({ timeout: 60_000 })
    await save('answers', join(root, 'answers'))
    expect(readFileSync(join(root, 'answers', '1-results.csv'), 'utf8')).toBe('結果,済\r\n')
    expect(await page.textContent('#back-state')).toContain('消してかまいません')

    writeFileSync(join(stick, 'receipt.json'), '{}')
    await page.setInputFiles('#stick', stick)
    await page.click('#read-back')
    await page.locator('#back-state.wrong').waitFor()
    expect(await page.textContent('#back-state')).toContain('消さないでください')
    expect(faults).toEqual([])
    expect(asked).toEqual([])
    await writesIntoFolder(publicKey, today)
    if (process.env.SHOW_PACKER) {
      for (const width of [320, 1280]) {
        await page.setViewportSize({ width, height: 900 })
        await page.screenshot({ path: `${process.env.SHOW_PACKER}-${width}.png`, fullPage: true })
      }
    }
    await page.setViewportSize({ width: 320, height: 900 })
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320)
  }, 240_000)
})
