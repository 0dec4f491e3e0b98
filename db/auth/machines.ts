import { randomUUID } from 'node:crypto'
import type { Sql } from '../client.ts'

export type MachineRow = {
  id: string
  office: string
  mayRecordScans: boolean
  mayManageRegister: boolean
}

export async function machineByToken(sql: Sql, tokenSha256: Uint8Array) {
  const [row] = await sql<MachineRow[]>`
    select id, office, may_record_scans as "mayRecordScans", may_manage_register as "mayManageRegister"
      from machine_credential where token_sha256 = ${tokenSha256} and disabled_at is null`
  return row
}

export type NewMachine = {
  name: string
  tokenSha256: Uint8Array
  office?: string
  mayRecordScans?: boolean
  mayManageRegister?: boolean
}

/** As the tables' owner. The same token again changes nothing. */
export async function putMachine(ownerSql: Sql, machine: NewMachine): Promise<void> {
  const { name, tokenSha256, office = 'system' } = machine
  await ownerSql`
    insert into machine_credential (token_sha256, id, name, office, may_record_scans, may_manage_register)
    values (${tokenSha256}, ${randomUUID()}, ${name}, ${office},
            ${machine.mayRecordScans ?? false}, ${machine.mayManageRegister ?? false})
    on conflict (token_sha256) do nothing`
}
