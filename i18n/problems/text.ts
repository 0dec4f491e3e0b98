export type Language = 'ja' | 'en'
export type ProblemText = { title: string; detail: string; whatToDo: string }
export type ProblemTexts = Record<string, Record<Language, ProblemText>>
