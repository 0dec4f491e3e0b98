const sentences = {
  unknownKey:
    'A payload was written with a key that is not known here. Add that key to SESSHU_CODEC_KEYS, after the newest.',
  notGenuine: 'A payload was changed after it had been written, or is none of ours.',
  otherWorkflow: 'A payload was written for another workflow than the one it was found in.',
  unknownFormat: 'A payload has a format that this version does not know.',
  badKeys:
    'SESSHU_CODEC_KEYS must hold one or more keys of at least 32 letters or digits, the newest first, joined by commas.',
} as const

export type CodecProblem = keyof typeof sentences

/** Safe to keep anywhere: neither a key nor anything of a payload is in it. */
export class CodecError extends Error {
  readonly code: CodecProblem

  constructor(code: CodecProblem) {
    super(sentences[code])
    this.name = 'CodecError'
    this.code = code
  }
}
