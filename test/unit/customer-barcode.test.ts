// Proves the customer barcode by the vectors of Japan Post's manual, and its bars against another maker's.
import bwipjs from 'bwip-js/node'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Bar4,
  customerBarcodeSize,
  japanPostBarcode,
  placedBars,
} from '../../domain/customer-barcode.ts'

const dataOf = (postcode: string, address: string) =>
  japanPostBarcode(postcode, address)!
    .codes.slice(7)
    .filter((code) => code !== 'CC4')
    .join(' ')

describe('what of an address is coded', () => {
  test.each([
    ['100-0013', '東京都千代田区霞が関1丁目3番2号 郵便プラザ503室', '1-3-2-503'],
    ['263-0023', '千葉市稲毛区緑町3丁目30-8　郵便ビル403号', '3-30-8-403'],
    ['014-0113', '秋田県大仙市堀見内　南田茂木　添60-1', '60-1'],
    ['110-0016', '東京都台東区台東5-6-3　ABCビル10F', '5-6-3-10'],
    ['060-0906', '北海道札幌市東区北六条東4丁目　郵便センター6号館', '4-6'],
    ['065-0006', '北海道札幌市東区北六条東8丁目　郵便センター10号館', '8-10'],
    ['407-0033', '山梨県韮崎市龍岡町下條南割　韮崎400', '400'],
    ['273-0102', '千葉県鎌ケ谷市右京塚　東3丁目-20-5　郵便・A&bコーポB604号', '3-20-5B604'],
    ['198-0036', '東京都青梅市河辺町十一丁目六番地一号　郵便タワー601', '11-6-1-601'],
    ['027-0203', '岩手県宮古市大字津軽石第二十一地割大淵川480', '21-480'],
    ['590-0016', '大阪府堺市堺区中田出井町四丁六番十九号', '4-6-19'],
    ['080-0831', '北海道帯広市稲田町南七線　西28', '7-28'],
    ['317-0055', '茨城県日立市宮田町6丁目7-14　ABCビル2F', '6-7-14-2'],
    ['650-0046', '神戸市中央区港島中町9丁目7-6　郵便シティA棟1F1号', '9-7-6A1-1'],
    ['623-0011', '京都府綾部市青野町綾部6-7　LプラザB106', '6-7LB106'],
    ['064-0804', '札幌市中央区南四条西29丁目1524-23　第2郵便ハウス501', '29-1524-23-2-501'],
    ['910-0067', '福井県福井市新田塚3丁目80-25　J1ビル2-B', '3-80-25J1-2B'],
    ['104-0032', '東京都中央区八丁堀二丁目１－１０', '2-1-10'],
    ['102-0085', '東京都千代田区六番町4−2', '4-2'],
    ['000-0001', '見本市一の宮町百二十番地の三', '120'],
  ])('%s %s', (postcode, address, expected) => {
    expect(japanPostBarcode(postcode, address)?.addressNumber).toBe(expected)
  })

  test('thirteen codes are kept, of a letter cut in two its control code alone', () => {
    expect(dataOf('064-0804', '29丁目1524-23　第2郵便ハウス501')).toMatch(
      /^2 9 - 1 5 2 4 - 2 3 - 2 - /,
    )
    expect(dataOf('9100067', '3丁目80-25 J1ビル2-B')).toMatch(/^3 - 8 0 - 2 5 CC1 9 1 - 2 CC1 /)
  })

  test('the check digit is 9 for the example of the manual', () => {
    const { codes } = japanPostBarcode('1000013', '1-3-2-503')!
    expect(codes.join('')).toBe('10000131-3-2-503CC4CC4CC4CC49')
  })

  test('without a postcode there is none; without a number it is blank', () => {
    expect(japanPostBarcode('', '1-2-3')).toBeUndefined()
    expect(japanPostBarcode('105-001', '1-2-3')).toBeUndefined()
    expect(dataOf('105-0011', '見本市中央').split(' ')).toHaveLength(1)
  })
})

/** 4 track, 1 full, by the height and the lower end of each bar. */
function barsByAnother(text: string): Bar4[] {
  const raw = bwipjs.raw({ bcid: 'japanpost', text })
  const [{ bbs, bhs }] = raw as unknown as [{ bbs: number[]; bhs: number[] }]
  const highest = Math.max(...bbs.map((bottom, i) => bottom + bhs[i]!))
  return bbs.map((bottom, i) => {
    const isUp = bottom + bhs[i]! > highest - 0.001
    const isDown = bottom < 0.001
    return isUp ? (isDown ? 'full' : 'up') : isDown ? 'down' : 'track'
  })
}

describe('the bars', () => {
  test('law: are those that another maker draws, whatever is coded', () => {
    const character = fc.constantFrom(...'0123456789-ABJKTUZ')
    const postcode = fc.stringMatching(/^[0-9]{7}$/)
    const number = fc.array(character, { maxLength: 14 }).map((parts) => parts.join(''))
    fc.assert(
      fc.property(postcode, number, (digits, text) => {
        const made = japanPostBarcode(digits, text)!
        fc.pre(made.addressNumber === text)
        // The other cuts letters before they are coded: only what fits whole is compared.
        const codes = [...text].reduce((sum, c) => sum + (/[A-Z]/.test(c) ? 2 : 1), 0)
        // Where the sum needs no check the other draws bars that no code has.
        fc.pre(codes <= 13 && made.codes.at(-1) !== '0')
        expect(made.bars).toEqual(barsByAnother(digits + text))
      }),
    )
  })

  test('law: 67 of them, and the values add up to a multiple of 19', () => {
    const order = [...'0123456789-', 'CC1', 'CC2', 'CC3', 'CC4', 'CC5', 'CC6', 'CC7', 'CC8']
    fc.assert(
      fc.property(
        fc.stringMatching(/^[0-9]{7}$/),
        fc.string({ unit: 'binary' }),
        (digits, text) => {
          const { codes, bars } = japanPostBarcode(digits, text)!
          expect(bars).toHaveLength(67)
          expect(codes).toHaveLength(21)
          expect(codes.reduce((sum, code) => sum + order.indexOf(code), 0) % 19).toBe(0)
        },
      ),
    )
  })

  test('stand 1.2 mm apart at 10 points, and shrink in proportion', () => {
    const { bars } = japanPostBarcode('1000013', '1-3-2-503')!
    const placed = placedBars(bars, 10)
    expect(placed[1]!.x).toBeCloseTo(1.2)
    expect(placed[0]!.y).toBe(0)
    expect(placed[0]!.width).toBeCloseTo(0.6)
    expect(placed[0]!.height).toBeCloseTo(3.6)
    const size = customerBarcodeSize(9)
    const last = placedBars(bars, 9).at(-1)!
    expect(last.x + last.width).toBeCloseTo(size.width)
    expect(size.height).toBeCloseTo(3.24)
  })
})
