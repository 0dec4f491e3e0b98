import type { Connection } from '@temporalio/client'
import { encodeSearchAttributeIndexedValueType } from '@temporalio/common/lib/search-attributes.js'
import { courseAttributeKeys } from '../workflows/course-attributes.ts'

/**
 * Makes the namespace know the search attributes of a course: without them the server refuses every
 * start. Repeatable, and two processes may do it at once. Throws when one is there with another type.
 */
export async function ensureSearchAttributes(
  { operatorService }: Pick<Connection, 'operatorService'>,
  namespace: string,
): Promise<void> {
  const { customAttributes } = await operatorService.listSearchAttributes({ namespace })
  const missing: Record<string, number> = {}
  for (const { name, type } of courseAttributeKeys) {
    const wanted = encodeSearchAttributeIndexedValueType(type) as number
    const found = customAttributes[name]
    if (found === undefined) missing[name] = wanted
    else if (found !== wanted) {
      throw new Error(
        `The search attribute ${name} of namespace ${namespace} is not of type ${type}. ` +
          'Remove it ("temporal operator search-attribute remove") or use another namespace.',
      )
    }
  }
  if (Object.keys(missing).length === 0) return
  await operatorService.addSearchAttributes({ namespace, searchAttributes: missing })
}
