/** Why a scan came back, in words: of a refusal, or of what holds it. */
import { findingText, hasFindingText } from './findings.ts'
import { hasProblemText, problemText } from './problems.ts'

type Language = 'ja' | 'en'

/** Undefined for a code that this version has no words for. */
export function conflictText(
  code: string,
  language: Language,
): { title: string; whatToDo: string } | undefined {
  if (hasFindingText(code)) {
    const { message, whatToDo } = findingText(code, language)
    return { title: message, whatToDo }
  }
  if (!hasProblemText(code)) return undefined
  const { detail, whatToDo } = problemText(code, language)
  return { title: detail, whatToDo }
}
