/** The codes that letters and mails bear: made by the system, known to nobody but their readers. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { simpleParser } from 'mailparser'
import { readLetters } from '../letters.ts'

/** As printed, `XXXX-XXXX-XXXX-XXXX` in the 22 characters that nobody mistakes. */
const onPaper = /[346789ACDEFHJKMNPRTWXY]{4}(?:-[346789ACDEFHJKMNPRTWXY]{4}){3}/g

/** Each once, as it stands on paper. */
export async function letterCodesIn(dataDir: string): Promise<string[]> {
  const texts = [...(await mailTexts(join(dataDir, 'mail'))), ...(await letterTexts(dataDir))]
  return [...new Set(texts.flatMap((text) => text.match(onPaper) ?? []))].sort()
}

async function letterTexts(dataDir: string): Promise<string[]> {
  const { notices } = await readLetters(join(dataDir, 'letters'))
  return notices.map(({ text }) => text)
}

async function mailTexts(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  const texts: string[] = []
  for (const name of names.filter((one) => one.endsWith('.eml'))) {
    const { text, html } = await simpleParser(await readFile(join(folder, name)))
    texts.push(text ?? '', typeof html === 'string' ? html : '')
  }
  return texts
}
