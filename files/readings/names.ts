/** Readings by name: how the text of a cell becomes a value. Profiles name them, so they never change. */
export const readingNames = [
  /** As it stands, without blanks around it. */
  'text',
  /** A name: as it stands; blanks around it fall away. */
  'name',
  /** Half-width kana becomes full-width; hiragana and katakana stay what they are. */
  'kana',
  /** A number that is a name: digits and letters of full width become plain, zeros in front stay. */
  'number',
  /** Every form below but serial days. */
  'date',
  'westernDate',
  /** With the era's name, sign or letter. */
  'eraDate',
  /** Year of an era, month and day; the era stands in a column of its own. */
  'dateInEra',
  /** 7 digits, the era's digit first (1 Meiji … 5 Reiwa). */
  'eraCodeDate',
  /** Days of a spreadsheet since 1900, or since 1904. */
  'excelSerial',
  'excelSerial1904',
  'postcode',
  'mail',
  'myNumber',
  'municipalityCode',
  'ticketNumber',
  'venueCode',
  'product',
  'doseNumber',
  'lotNumber',
  /** Of a facility or a group: letters, digits, `_` and `-`, at most 20; never words. */
  'groupCode',
  /** By the column's table, or by that of the layout. */
  'code',
] as const
export type ReadingName = (typeof readingNames)[number]
