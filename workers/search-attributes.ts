import type { Connection } from '@temporalio/client'
import { temporal } from '@temporalio/proto'
import { courseAttributeKeys } from '../workflows/course-attributes.ts'

const { INDEXED_VALUE_TYPE_DATETIME, INDEXED_VALUE_TYPE_KEYWORD } =
  temporal.api.enums.v1.IndexedValueType

/**
 * Makes the namespace know the search attributes of a course. Needed before the first start, which
 * the server would refuse. Repeatable, and two processes may do it at once.
 */
export async function ensureSearchAttributes(
  connection: Connection,
  namespace: string,
): Promise<void> {
  const known = await connection.operatorService.listSearchAttributes({ namespace })
  const missing = courseAttributeKeys.filter(({ name }) => !(name in known.customAttributes))
  if (missing.length === 0) return
  const searchAttributes = Object.fromEntries(
    missing.map(({ name, type }) => [
      name,
      type === 'DATETIME' ? INDEXED_VALUE_TYPE_DATETIME : INDEXED_VALUE_TYPE_KEYWORD,
    ]),
  )
  await connection.operatorService.addSearchAttributes({ namespace, searchAttributes })
}
