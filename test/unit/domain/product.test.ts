// Products as data: the codes of files and forecasts lead to one product each.
import { describe, expect, it } from 'vitest'
import { plainDate } from '../../../domain/calendar.ts'
import {
  dosesInSeries,
  findProduct,
  minimumAgeFor,
  productOf,
  productOfCvx,
  productOfMakerText,
  products,
} from '../../../domain/product.ts'

describe('products', () => {
  it.each([
    ['pfizer', '208', 2],
    ['moderna', '207', 2],
    ['astrazeneca', '210', 2],
    ['novavax', '211', 2],
    ['pfizer5to11', '218', 2],
    ['pfizer6moTo4y', '219', 3],
  ])('%s is CVX %s with %i doses', (code, cvx, doses) => {
    expect(productOf(code).cvx).toBe(cvx)
    expect(productOfCvx(cvx)?.code).toBe(code)
    expect(dosesInSeries(code)).toBe(doses)
  })

  it.each([
    ['ファイザー', 'pfizer'],
    ['ﾌｧｲｻﾞｰ', 'pfizer'],
    ['アストラゼネカ', 'astrazeneca'],
    ['武田/モデルナ', 'moderna'],
    ['武田／モデルナ', 'moderna'],
    [' 武田 / モデルナ ', 'moderna'],
    ['ファイザー（5～11歳用）', 'pfizer5to11'],
    ['ファイザー(5~11歳用)', 'pfizer5to11'],
    ['ヤンセン', undefined],
    ['', undefined],
  ])('the maker %j is %s', (text, code) => {
    expect(productOfMakerText(text)?.code).toBe(code)
  })

  it.each(products.map((product) => [product.code, product] as const))(
    '%s is reached by each text of its maker, and by no other product’s',
    (code, product) => {
      expect(product.makerTexts.map((text) => productOfMakerText(text)?.code)).toEqual(
        product.makerTexts.map(() => code),
      )
    },
  )

  it.each([
    ['pfizer', '2021-05-31', { years: 16 }],
    ['pfizer', '2021-06-01', { years: 12 }],
    ['moderna', '2021-08-02', { years: 18 }],
    ['moderna', '2021-08-03', { years: 12 }],
    ['novavax', '2022-06-01', { years: 18 }],
    ['pfizer6moTo4y', '2022-11-01', { months: 6 }],
    ['astrazeneca', '2021-01-01', { years: 18 }],
  ])('%s was on %s given from %j', (code, on, age) => {
    expect(minimumAgeFor(productOf(code), plainDate(on))).toEqual(age)
  })

  it('unknown to the table are refused, and count two doses where a plan must go on', () => {
    expect(() => productOf('sputnik')).toThrow(expect.objectContaining({ code: 'unknownProduct' }))
    expect(findProduct('sputnik')).toBeUndefined()
    expect(dosesInSeries('sputnik')).toBe(2)
  })
})
