/**
 * Words of the program, codes, days, random ids, files of ours. Anything else in an address, a name that
 * somebody typed there for instance, is not repeated: neither in a page nor in where a visitor is sent,
 * which would put it into every log on the way a second time.
 */
const part = String.raw`[a-z][a-z-]*|\d{6}|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|[\w.-]+\.(?:eml|pdf|csv|json)`
const ours = new RegExp(`^/$|^(?:/(?:${part}))+$`, 'i')

export function isOurAddress(pathname: string): boolean {
  return ours.test(pathname)
}
