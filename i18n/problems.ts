/** What a refused caller reads: what is wrong, and what to do about it, in Japanese and English. */
import { batchProblems } from './problems/batches.ts'
import { codecProblems } from './problems/codec.ts'
import { deskProblems } from './problems/desk.ts'
import { doseProblems } from './problems/doses.ts'
import { findingProblems } from './problems/findings.ts'
import { generalProblems } from './problems/general.ts'
import { importProblems } from './problems/imports.ts'
import { keyProblems } from './problems/keys.ts'
import { ladderProblems } from './problems/ladder.ts'
import { ledgerProblems } from './problems/ledger.ts'
import { letterTextProblems } from './problems/letter-texts.ts'
import { linkProblems } from './problems/links.ts'
import { offlineProblems } from './problems/offline.ts'
import { oversightProblems } from './problems/oversight.ts'
import { paperProblems } from './problems/paper.ts'
import { peopleProblems } from './problems/people.ts'
import { protectionProblems } from './problems/protection.ts'
import { registerProblems } from './problems/register.ts'
import { returnedProblems } from './problems/returned.ts'
import { sealedFileProblems } from './problems/sealed-files.ts'
import { stickProblems } from './problems/sticks.ts'
import type { Language, ProblemText, ProblemTexts } from './problems/text.ts'
import { ticketSheetProblems } from './problems/ticket-sheets.ts'
import { ticketProblems } from './problems/tickets.ts'
import { unattachedProblems } from './problems/unattached.ts'
import { waveProblems } from './problems/waves.ts'

const groups: ProblemTexts[] = [
  generalProblems,
  ticketProblems,
  registerProblems,
  ledgerProblems,
  keyProblems,
  peopleProblems,
  codecProblems,
  protectionProblems,
  oversightProblems,
  offlineProblems,
  unattachedProblems,
  deskProblems,
  doseProblems,
  findingProblems,
  ticketSheetProblems,
  stickProblems,
  sealedFileProblems,
  importProblems,
  letterTextProblems,
  waveProblems,
  ladderProblems,
  batchProblems,
  linkProblems,
  paperProblems,
  returnedProblems,
]

const texts: ProblemTexts = Object.assign({}, ...groups)

/** An unknown code says only that something went wrong inside. */
export function problemText(code: string, language: Language): ProblemText {
  return (texts[code] ?? texts.internal!)[language]
}

export function knownProblemCodes(): string[] {
  return Object.keys(texts)
}

/** Every code, once for each group that tells it: two groups would overwrite each other's words. */
export function problemCodesOfGroups(): string[] {
  return groups.flatMap((group) => Object.keys(group))
}

export function hasProblemText(code: string): boolean {
  return code in texts
}
