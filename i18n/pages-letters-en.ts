/** The pages of a municipality's own letter texts, in English. */
import type { LetterTextsPage } from './pages-letters-ja.ts'

export const letterTextsEn: LetterTextsPage = {
  nav: 'Letter texts',
  title: 'Letter texts',
  lead: 'Printed notices can bear the municipality’s own words. One person makes a text, another checks it and puts it into use. Without one, notices bear the standard text.',
  kind: 'Kind of notice',
  kinds: {
    reminder: 'Vaccination notice',
    relocationNotice: 'Notice after a move',
    lotRecall: 'Notice of a recalled vaccine',
    invitation: 'Invitation',
  },
  oneTitle: (kind) => `Letter text: ${kind}`,
  inUse: 'Text in use',
  standard: 'Standard text',
  version: (n) => `Version ${n}`,
  since: (name, when) => `Put into use by ${name}, ${when}`,
  made: (name, when) => `Made by ${name}, ${when}`,
  beingMade: 'Waiting to be checked',
  nothing: 'None',
  back: 'All letter texts',
  parts: {
    title: 'Heading',
    opening: 'First sentence',
    action: 'What the reader should do (bold, in the frame)',
    details: 'The municipality’s own notes (before the standard ones)',
    contact: 'Opening hours and the like (below the telephone number)',
    easyJapanese: 'Easy Japanese',
    english: 'English',
  },
  standardIs: 'Standard: ',
  standardNothing: 'Standard: none',
  limit: (characters, lines) => `At most ${characters} characters in ${lines} lines`,
  limitOneLine: (characters) => `At most ${characters} characters`,
  placeholdersTitle: 'What differs from letter to letter',
  placeholdersLead:
    'Write one of these words in { } and it is replaced when the letter is printed. No other word can be used.',
  placeholders: {
    town: 'name of the municipality',
    dose: 'number of the dose (2); in the English text: second',
    previousDose: 'number of the dose before',
    office: 'name of the office',
    phone: 'telephone of the office',
    today: 'date of the notice',
  },
  always:
    'The recommended day, "if you have had it, disregard this notice", the office and its telephone stand on every letter, whatever the text.',
  editTitle: 'Make a text',
  editLead:
    'What is left empty is the standard sentence. A text is not used before another person has checked it.',
  save: 'Keep it and have it checked',
  draftTitle: 'Waiting to be checked',
  before: 'Now',
  after: 'New text',
  diffOf: (part) => `What changes: ${part}`,
  added: 'added',
  removed: 'removed',
  toStandard: 'Standard sentence',
  preview: 'Open a sample letter (PDF)',
  previewNote: 'The sample’s reader does not exist.',
  previewInUse: 'Open a sample with the text in use (PDF)',
  release: 'Put this text into use',
  releaseLead:
    'Letters sealed from now on bear this text. Letters that are sealed already do not change.',
  waitsForOther: 'You made this text. Ask somebody else to open this page and check it.',
  drop: 'Drop this text',
  dropLead: 'The waiting text is taken back. The text in use does not change.',
  noSender:
    'Office and telephone are not registered yet. Register the municipality’s settings first.',
  faultsTitle: 'It cannot be used like this',
  faults: {
    tooLong: (n) => `Too long: at most ${n} characters.`,
    tooManyLines: (n) => `Too many lines: at most ${n}.`,
    unknownPlaceholder: (what) =>
      `${what} cannot be used. Put only words of the list below in { }.`,
    strayBrace: () => 'A single "{" or "}" is left.',
    noMarkup: () => '"<" and ">" cannot be used.',
    longNumber: () =>
      'It has a long number. Individual numbers and ticket numbers must not stand here.',
    lackingCharacter: (what) =>
      `It has a character that cannot be printed (${what}). Use another, or kana.`,
    doesNotFit: () => 'With the longest names and addresses it does not fit one sheet. Shorten it.',
  },
  said: {
    made: 'Kept. It waits for somebody else to check it.',
    released: 'The text is in use now.',
    dropped: 'Taken back.',
  },
  lackingTitle: 'Letters with characters that cannot be printed',
  lackingLead:
    'Found when the letters were sealed. A name is printed in kana, a character of an address as 〓. Look at these letters before they are posted.',
  lackingNone: 'No recent letter has such a character.',
  lackingDay: 'Sealed on',
  lackingLetter: 'Reference',
  lackingField: 'Where',
  lackingCharacters: 'Characters (by number)',
  lackingFields: {
    name: 'Name (printed in kana)',
    address: 'Address (printed as 〓)',
    sender: 'Sender',
  },
}
