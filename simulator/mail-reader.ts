/**
 * The made-up people as readers of their mails: whoever is asked whether notices may come opens the link in
 * the delivered `.eml` and presses the button. Reads files and speaks HTTP, and knows nothing else.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { simpleParser } from 'mailparser'

export type MailReader = { stop(): Promise<void> }

const lookEveryMs = 500
const atOnce = 4
const timeoutMs = 10_000
const confirmPath = /\/my\/mail\/confirm\/\d{6}\/[A-Za-z0-9_-]{32}/
/** A notice bears its number in the file's name; a question has none. A hidden file is not delivered yet. */
const isQuestion = (name: string) => name.endsWith('-unknown.eml') && !name.startsWith('.')

export function startMailReader(options: { mailDir: string; apiUrl: string }): MailReader {
  const { mailDir } = options
  const base = options.apiUrl.replace(/\/$/, '')
  const read = new Set<string>()
  let isStopping = false
  let wakeUp = () => {}

  async function readNew(): Promise<void> {
    const names = (await readdir(mailDir).catch(() => [])).filter(
      (name) => isQuestion(name) && !read.has(name),
    )
    const lane = async () => {
      for (let name = names.shift(); name && !isStopping; name = names.shift()) {
        if (await confirm(join(mailDir, name), base)) read.add(name)
      }
    }
    await Promise.all(Array.from({ length: atOnce }, lane))
  }

  async function keep(): Promise<void> {
    while (!isStopping) {
      await readNew()
      if (isStopping) return
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, lookEveryMs)
        wakeUp = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }
  const kept = keep()
  return {
    async stop() {
      isStopping = true
      wakeUp()
      await kept
    },
  }
}

/** True once there is an answer: a link that is used up is one. */
async function confirm(path: string, base: string): Promise<boolean> {
  const mail = await simpleParser(await readFile(path))
  const link = confirmPath.exec(mail.text ?? '')?.[0]
  if (!link) return true
  try {
    const response = await fetch(`${base}${link}`, {
      method: 'POST',
      body: new URLSearchParams({ language: 'ja' }),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    })
    await response.body?.cancel()
    return response.status < 500
  } catch {
    return false
  }
}
