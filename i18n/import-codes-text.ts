/** What a note of an import says: in words, why it matters, and what a clerk can do. */
export type ImportCodeText = { words: string; reason: string; cure: string }
export type ImportCodeTexts = Readonly<Record<string, Record<'ja' | 'en', ImportCodeText>>>
