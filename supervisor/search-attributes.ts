import type { Connection } from '@temporalio/client'
import proto from '@temporalio/proto'

const { INDEXED_VALUE_TYPE_DATETIME: DATETIME, INDEXED_VALUE_TYPE_KEYWORD: KEYWORD } =
  proto.temporal.api.enums.v1.IndexedValueType

/** All that operators can search by; none of it names a person. */
export const searchAttributes = {
  MunicipalityCode: KEYWORD,
  CourseStage: KEYWORD,
  Product: KEYWORD,
  NextNoticeOn: DATETIME,
}

const SEEN_WITHIN_MS = 30_000

/**
 * Registers what is missing. Throws when one is there with another type, since searching by it
 * would then silently find nothing.
 */
export async function ensureSearchAttributes(
  connection: Connection,
  namespace: string,
): Promise<void> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace })
  const missing: Record<string, number> = {}
  for (const [name, type] of Object.entries(searchAttributes)) {
    const found = customAttributes?.[name]
    if (found === undefined || found === null) missing[name] = type
    else if (found !== type) {
      throw new Error(
        `The search attribute ${name} in namespace ${namespace} has another type. ` +
          'Remove it ("temporal operator search-attribute remove") or use another namespace.',
      )
    }
  }
  if (Object.keys(missing).length === 0) return
  await connection.withDeadline(Date.now() + SEEN_WITHIN_MS, async () => {
    await connection.operatorService.addSearchAttributes({ namespace, searchAttributes: missing })
  })
}

const KEPT_FOR_DAYS = 30

/** A development server forgets a finished course after a day; operators look back further. */
export async function keepFinishedCourses(
  connection: Connection,
  namespace: string,
): Promise<void> {
  const seconds = KEPT_FOR_DAYS * 86_400
  const workflowExecutionRetentionTtl = proto.google.protobuf.Duration.fromObject({ seconds })
  await connection.workflowService.updateNamespace({
    namespace,
    config: { workflowExecutionRetentionTtl },
  })
}
