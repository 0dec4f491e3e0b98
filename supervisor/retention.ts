import type { Connection } from '@temporalio/client'
import proto from '@temporalio/proto'

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
