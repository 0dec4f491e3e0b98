import type { Lang } from '../../domain/course-words.ts'
import { findProduct } from '../../domain/product.ts'

export function productName(code: string, lang: Lang): string {
  const product = findProduct(code)
  if (!product) return code
  return lang === 'ja' ? product.nameJa : product.nameEn
}
