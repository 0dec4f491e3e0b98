/**
 * The tables as the select builder knows them. The database itself is made by the reviewed SQL in
 * `db/migrations`, which alone holds constraints, defaults and grants; a test compares the two.
 */
export * from './accounts.ts'
export * from './approvals.ts'
export * from './courses.ts'
export * from './devices.ts'
export * from './doses.ts'
export * from './keys.ts'
export * from './ledger.ts'
export * from './machinery.ts'
export * from './notices.ts'
export * from './offline.ts'
export * from './oversight.ts'
export * from './own-record.ts'
export * from './people.ts'
export * from './places.ts'
export * from './protection.ts'
export * from './register.ts'
export * from './residents.ts'
export * from './retention.ts'
export * from './statistics.ts'
export * from './tickets.ts'
