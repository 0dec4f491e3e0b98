import { DomainError } from '../../domain/errors.ts'

/** Why a stick is not read. The words, and what to do, stand in `i18n/problems/sticks.ts`. */
export const stickRefusals = [
  'stickHalfWritten',
  'stickManifestBroken',
  'stickFormatUnknown',
  'stickTooLarge',
  'stickSignerUnknown',
  'stickSignerUnconfirmed',
  'stickSignerRevoked',
  'stickSignatureWrong',
  'stickOfAnotherTown',
  'stickTownUnknown',
  'stickRecipientWrong',
  'stickExpired',
  'stickSequenceUsed',
  'stickSequenceOld',
  'stickFileMissing',
  'stickFileBroken',
  'stickHashWrong',
  'stickCountsWrong',
] as const
export type StickRefusalCode = (typeof stickRefusals)[number]

/** It is refused for good, as it is. `file` is one of the manifest's names. */
export class StickRefused extends DomainError {
  declare readonly code: StickRefusalCode
  readonly file?: string

  constructor(code: StickRefusalCode, file?: string) {
    super(code, `The stick is refused: ${code}`)
    this.name = 'StickRefused'
    if (file !== undefined) this.file = file
  }
}

/** It went away under our hands: nothing is wrong with it, and it may come back. */
export class StickPulledOut extends DomainError {
  constructor(cause?: unknown) {
    super('stickPulledOut', 'The stick cannot be read any more')
    this.name = 'StickPulledOut'
    if (cause !== undefined) this.cause = cause
  }
}

const gone = ['ENOENT', 'EIO', 'ENODEV', 'ENXIO', 'ESTALE', 'EBADF', 'ENOTCONN', 'ENOTDIR', 'EBUSY']

export function isPulledOut(error: unknown): boolean {
  if (error instanceof StickPulledOut) return true
  return gone.includes((error as NodeJS.ErrnoException)?.code ?? '')
}
