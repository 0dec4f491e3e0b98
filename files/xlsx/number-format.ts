/** What a number format makes of a number, as far as a register's columns need it. */

/** Built-in formats that show a day (ECMA-376 part 1, 18.8.30), with those of East Asian programs. */
const builtInDates: ReadonlySet<number> = new Set([
  14, 15, 16, 17, 22, 27, 28, 29, 30, 31, 34, 35, 36, 50, 51, 52, 53, 54, 55, 56, 57, 58,
])

/** A format of its own shows a day when it names a year, a day or an era outside quotes. */
export function isDateFormat(id: number, code: string | undefined): boolean {
  if (code === undefined) return builtInDates.has(id)
  const bare = code
    .replace(/"[^"]*"|\\.|_.|\*.|\[[^\]]*\]/g, '')
    .replace(/general/gi, '')
    .replace(/e[+-]/gi, '')
  return /[ydge]/i.test(bare)
}

/** `0000000000` shows ten digits whatever the number: how zeros in front live on in a number. */
export function zerosOfFormat(code: string | undefined): number {
  return code !== undefined && /^0+$/.test(code) ? code.length : 0
}
