/** Why a sealed file is not read, and what a clerk does then. */
import type { ProblemTexts } from './text.ts'

const packAgain = {
  ja: 'パソコンの封入ツールで、空の媒体にもう一度封入してください。',
  en: 'Pack it once more with the packer, onto an empty stick.',
}

export const sealedFileProblems: ProblemTexts = {
  notSealed: {
    ja: {
      title: '封入されたファイルではありません',
      detail: 'ファイルの始まりが、封入されたファイルのものではありません。',
      whatToDo: packAgain.ja,
    },
    en: {
      title: 'Not a sealed file',
      detail: 'The file does not begin as a sealed file does.',
      whatToDo: packAgain.en,
    },
  },
  notSealedForUs: {
    ja: {
      title: 'このシステムでは開けません',
      detail: 'ファイルは別の宛先に封入されています。',
      whatToDo: 'このシステムの封入ツールで、もう一度封入してください。',
    },
    en: {
      title: 'Not sealed for this system',
      detail: 'The file is sealed for somebody else.',
      whatToDo: 'Seal it again with the packer of this system.',
    },
  },
  sealedFileCut: {
    ja: {
      title: 'ファイルが途中で切れています',
      detail: '封入されたファイルの終わりがありません。',
      whatToDo: packAgain.ja,
    },
    en: {
      title: 'The file ends too early',
      detail: 'The end of the sealed file is missing.',
      whatToDo: packAgain.en,
    },
  },
  sealedFileBroken: {
    ja: {
      title: 'ファイルが壊れています',
      detail: '封入されたファイルが書き換えられています。',
      whatToDo: packAgain.ja,
    },
    en: {
      title: 'The file is damaged',
      detail: 'The sealed file was changed.',
      whatToDo: packAgain.en,
    },
  },
  sealedHeaderBroken: {
    ja: {
      title: 'ファイルが壊れています',
      detail: '封入されたファイルの始まりが書き換えられています。',
      whatToDo: packAgain.ja,
    },
    en: {
      title: 'The file is damaged',
      detail: 'The beginning of the sealed file was changed.',
      whatToDo: packAgain.en,
    },
  },
  spooledFileMissing: {
    ja: {
      title: 'ファイルはもう保管されていません',
      detail: '取り込みが終わったか取り消されたため、ファイルは消されています。',
      whatToDo: '必要なときは、ファイルをもう一度送ってください。',
    },
    en: {
      title: 'The file is not kept any more',
      detail: 'Its import is over or was discarded, and the file was deleted.',
      whatToDo: 'If you need it, send the file again.',
    },
  },
}
