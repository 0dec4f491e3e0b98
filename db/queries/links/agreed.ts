/** What two people of an office agreed on, used up by the deed itself in one transaction. */
import { DomainError } from '../../../domain/errors.ts'
import {
  type ApprovalKind,
  type ApprovalRow,
  consumeApproval,
  findApproval,
} from '../../auth/approvals.ts'
import type { Sql, Tx } from '../../client.ts'
import { inRegister } from '../register-events.ts'

export type Agreed = Pick<
  ApprovalRow,
  'id' | 'kind' | 'office' | 'subject' | 'reasonCode' | 'askedBy'
> & {
  approvedBy: string
}

/** One transaction in the towns of both rows, tried again when it lost a race. */
export function inLinks<T>(sql: Sql, towns: string[], work: (tx: Tx) => Promise<T>): Promise<T> {
  return inRegister(sql, [...new Set(towns)].join(','), work, 'linkPeople')
}

/** Throws `approvalMissing` unless somebody else of the office has agreed. */
async function lookUp(
  sql: Sql,
  { office, approvalId }: { office: string; approvalId: string },
  kind: ApprovalKind,
): Promise<Agreed> {
  const row = await findApproval(sql, approvalId, office)
  if (!row || row.kind !== kind || !row.approvedBy || row.usedAt) throw missing()
  return { ...row, approvedBy: row.approvedBy }
}

async function consume(tx: Tx, agreed: Agreed): Promise<void> {
  if (!(await consumeApproval(tx as unknown as Sql, agreed))) throw missing()
}

export const useApproval = { look: lookUp, consume }

function missing(): DomainError {
  return new DomainError('approvalMissing', 'Two people have not agreed on this')
}
