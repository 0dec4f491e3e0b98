import type { Connection } from '@temporalio/client'
import { encodeSearchAttributeIndexedValueType } from '@temporalio/common/lib/search-attributes.js'
import { courseAttributeKeys } from '../workflows/course-attributes.ts'

/** Name → type of all that operators can search by, as the server counts types. */
export const searchAttributes: Record<string, number> = Object.fromEntries(
  courseAttributeKeys.map(({ name, type }) => [
    name,
    encodeSearchAttributeIndexedValueType(type) as number,
  ]),
)

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
  for (const [name, wanted] of Object.entries(searchAttributes)) {
    const found = customAttributes[name]
    if (found === undefined || found === null) missing[name] = wanted
    else if (found !== wanted) {
      throw new Error(
        `The search attribute ${name} of namespace ${namespace} has another type. ` +
          'Remove it ("temporal operator search-attribute remove") or use another namespace.',
      )
    }
  }
  if (Object.keys(missing).length === 0) return
  await operatorService.addSearchAttributes({ namespace, searchAttributes: missing })
}
