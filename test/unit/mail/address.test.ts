// Proves which strings pass as one mail address, and that none can carry a second one.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mailAddressOf } from '../../../mail/address.ts'

test.each([
  'hanako@example.jp',
  'a@b.example',
  'first.last+tag@sub.city.example.jp',
  "o'hara_%{x}@example.com",
  'x@xn--wgv71a.example',
  'x@example.xn--wgv71a119e',
  `${'a'.repeat(64)}@example.jp`,
])('%s is one', (text) => expect(mailAddressOf(text)).toBe(text))

test.each([
  ['nothing', ''],
  ['no domain', 'hanako'],
  ['two', 'a@example.jp,b@example.jp'],
  ['two by semicolon', 'a@example.jp;b@example.jp'],
  ['two @', 'a@b@example.jp'],
  ['a display name', 'Hanako <a@example.jp>'],
  ['brackets', '<a@example.jp>'],
  ['a line break', 'a@example.jp\r\nBcc: b@example.jp'],
  ['a line break in front', '\na@example.jp'],
  ['a trailing line break', 'a@example.jp\n'],
  ['a space', 'a b@example.jp'],
  ['a quoted local part', '"a@x"@example.jp'],
  ['a comment', 'a(x)@example.jp'],
  ['a leading dot', '.a@example.jp'],
  ['a dot before the @', 'a.@example.jp'],
  ['two dots together', 'a..b@docomo.example.jp'],
  ['an address literal', 'a@[127.0.0.1]'],
  ['a number', 'a@127.0.0.1'],
  ['one label', 'a@localhost'],
  ['an empty label', 'a@example..jp'],
  ['a label with a hyphen at its end', 'a@example-.jp'],
  ['full-width letters', 'ａ@example.jp'],
  ['Japanese', '花子@example.jp'],
  ['a zero byte', 'a\0@example.jp'],
  ['a long local part', `${'a'.repeat(65)}@example.jp`],
  ['a long whole', `a@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.${'e'.repeat(70)}.jp`],
])('%s is not', (_name, text) => expect(mailAddressOf(text)).toBeUndefined())

test('T16: law: whatever passes holds one @ and nothing that separates, quotes or breaks', () => {
  const nearly = fc.stringMatching(/^[a-z.@<>,;:"()\r\n\t \\[\]-]{1,30}(@example\.jp)?$/)
  fc.assert(
    fc.property(fc.oneof(nearly, fc.string({ unit: 'binary' })), (text) => {
      const address = mailAddressOf(text)
      if (address !== undefined) expect(address).toMatch(/^[^@\s<>,;:"()[\]\\\0]+@[a-zA-Z0-9.-]+$/)
    }),
    { numRuns: 2000 },
  )
})
