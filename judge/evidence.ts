/** Everything the judge goes by: what was true, what was told, what left. */
import { join } from 'node:path'
import type { LeftNotice } from './left-notice.ts'
import { readLetters } from './letters.ts'
import { readMails } from './mails.ts'
import { readTold, type ToldLine, toldFileName } from './told-file.ts'
import { readTruth, type Truth, truthFileName } from './truth-file.ts'

export type Evidence = {
  truth: Truth
  told: ToldLine[]
  notices: LeftNotice[]
  letterPages: number
}

export async function readEvidence(dataDir: string): Promise<Evidence> {
  const letters = await readLetters(join(dataDir, 'letters'))
  return {
    truth: await readTruth(join(dataDir, truthFileName)),
    told: await readTold(join(dataDir, toldFileName)),
    notices: [...(await readMails(join(dataDir, 'mail'))), ...letters.notices],
    letterPages: letters.pages,
  }
}
