// T14: no template, of any kind, phase, round or language, takes up a venue, the municipality of a dose or
// of a stay, a household, a ticket, or any address but the one on the envelope, whatever it is given.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { noticeKinds } from '../../../domain/course.ts'
import { renderLetterBatch } from '../../../letters/batch.ts'
import type { NoticeForPrint } from '../../../letters/notice.ts'
import { renderMail } from '../../../mail/message.ts'
import { aLetter, day, town } from './notices.ts'
import { readPdf } from './read-pdf.ts'

const forbidden = {
  venue: '秘密会場',
  venueCode: '1319900019',
  doseMunicipality: '秘密接種市',
  stayMunicipality: '秘密居住市',
  formerAddress: '秘密旧住所',
  deliveryAddress: '秘密避難所',
  householdNumber: 'H-9900077',
  ticketNumber: '7310942856',
}
const markers = Object.values(forbidden)

const notice = fc.record({
  kind: fc.constantFrom(...noticeKinds),
  round: fc.constantFrom(1, 2),
  doseNumber: fc.constantFrom(1, 2),
  ticketHint: fc.constantFrom('newTicketEnclosed', 'callForTicket', undefined),
  lang: fc.constantFrom('ja', 'en'),
})

/** The same secrets wherever an object is passed along. */
type Wish = typeof notice extends fc.Arbitrary<infer T> ? T : never
function laden({ lang: _, ...wish }: Wish): NoticeForPrint {
  const letter = aLetter(wish as Partial<NoticeForPrint>)
  return {
    ...letter,
    ...forbidden,
    recipient: { ...letter.recipient, ...forbidden },
    sender: { ...letter.sender, ...forbidden },
    ...(letter.previousDose ? { previousDose: { ...letter.previousDose, ...forbidden } } : {}),
  } as NoticeForPrint
}

test('T14: mails', () => {
  fc.assert(
    fc.property(notice, (wish) => {
      const letter = laden(wish)
      const text = JSON.stringify(renderMail(letter, { lang: wish.lang as 'ja' | 'en' }))
      expect(
        [...markers, letter.recipient.address].filter((marker) => text.includes(marker)),
      ).toEqual([])
    }),
  )
})

test('T14: letters', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(notice, { minLength: 1, maxLength: 4 }), async (wishes) => {
      const letters = wishes.map(laden)
      const { pdf } = await renderLetterBatch({
        municipality: town,
        date: day('2021-07-14'),
        letters,
      })
      const { pages } = await readPdf(pdf)
      const text = pages.map((page) => page.flat).join('')
      expect(markers.filter((marker) => text.includes(marker))).toEqual([])
    }),
    { numRuns: 15 },
  )
}, 60_000)
