import { type Connection, isGrpcServiceError } from '@temporalio/client'
import proto from '@temporalio/proto'

const keptForDays = 30
const alreadyExists = 6

/** Makes the namespace if it is not there; a finished course can be looked at for 30 days. */
export async function ensureNamespace(
  { workflowService }: Pick<Connection, 'workflowService'>,
  namespace: string,
): Promise<void> {
  const seconds = keptForDays * 86_400
  try {
    await workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: proto.google.protobuf.Duration.fromObject({ seconds }),
    })
  } catch (error) {
    if (!isGrpcServiceError(error) || error.code !== alreadyExists) throw error
  }
}
