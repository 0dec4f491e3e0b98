import { randomUUID } from 'node:crypto'
import type { Sql } from '../client.ts'

export type PublicJwk = { kty: 'EC'; crv: 'P-256'; x: string; y: string }

export type Hours = { opensMinute: number; closesMinute: number }

export type DeviceRow = Hours & {
  id: string
  municipalityCode: string
  venueCode: string
  publicJwk: PublicJwk
  thumbprint: string
  isRevoked: boolean
  isLocked: boolean
}

const columns = (sql: Sql) => sql`
  d.id, d.municipality_code as "municipalityCode", d.venue_code as "venueCode",
  d.public_jwk as "publicJwk", d.thumbprint, d.opens_minute as "opensMinute",
  d.closes_minute as "closesMinute", d.revoked_at is not null as "isRevoked",
  d.locked_at is not null as "isLocked"`

export async function deviceByToken(sql: Sql, tokenSha256: Uint8Array) {
  const [row] = await sql<(DeviceRow & { expiresAt: Date })[]>`
    select ${columns(sql)}, t.expires_at as "expiresAt"
      from device_token t join device d on d.id = t.device_id
     where t.token_sha256 = ${tokenSha256} and t.expires_at > clock_timestamp()`
  return row
}

export async function deviceByThumbprint(sql: Sql, thumbprint: string) {
  const [row] = await sql<DeviceRow[]>`
    select ${columns(sql)} from device d where d.thumbprint = ${thumbprint}`
  return row
}

export async function insertToken(
  sql: Sql,
  token: { tokenSha256: Uint8Array; deviceId: string; expiresAt: Date },
): Promise<void> {
  await sql`
    with begun as (
      update device set last_shift_at = clock_timestamp() where id = ${token.deviceId} returning id)
    insert into device_token (token_sha256, device_id, expires_at)
    select ${token.tokenSha256}, id, ${token.expiresAt} from begun`
}

export type NewEnrolment = Hours & {
  codeSha256: Uint8Array
  municipalityCode: string
  venueCode: string
  madeBy: string
  minutes: number
}

/** Answers when the code ends; undefined for a venue that the municipality does not have. */
export async function insertEnrolment(sql: Sql, code: NewEnrolment): Promise<Date | undefined> {
  const [row] = await sql<{ expiresAt: Date }[]>`
    insert into device_enrolment (code_sha256, municipality_code, venue_code, opens_minute,
                                  closes_minute, made_by, expires_at)
    select ${code.codeSha256}, v.municipality_code, v.code, ${code.opensMinute},
           ${code.closesMinute}, ${code.madeBy}, now() + make_interval(mins => ${code.minutes})
      from venue v where v.code = ${code.venueCode} and v.municipality_code = ${code.municipalityCode}
    returning expires_at as "expiresAt"`
  return row?.expiresAt
}

export type NewDevice = { name: string; publicJwk: PublicJwk; thumbprint: string }

/** Uses a code up and keeps the key. Undefined when the code is unknown, over, or was used. */
export async function enrolDevice(sql: Sql, codeSha256: Uint8Array, device: NewDevice) {
  return await sql.begin(async (tx) => {
    const [code] = await tx<
      (Hours & { municipalityCode: string; venueCode: string; madeBy: string })[]
    >`
      select municipality_code as "municipalityCode", venue_code as "venueCode", made_by as "madeBy",
             opens_minute as "opensMinute", closes_minute as "closesMinute"
        from device_enrolment
       where code_sha256 = ${codeSha256} and device_id is null and expires_at > clock_timestamp()
         for update`
    if (!code) return undefined
    const id = randomUUID()
    await tx`
      insert into device (id, municipality_code, venue_code, name, public_jwk, thumbprint,
                          opens_minute, closes_minute, enrolled_by)
      values (${id}, ${code.municipalityCode}, ${code.venueCode}, ${device.name},
              ${tx.json(device.publicJwk)}, ${device.thumbprint}, ${code.opensMinute},
              ${code.closesMinute}, ${code.madeBy})`
    await tx`update device_enrolment set device_id = ${id} where code_sha256 = ${codeSha256}`
    return { id, municipalityCode: code.municipalityCode, venueCode: code.venueCode }
  })
}

export type ListedDevice = {
  id: string
  venueCode: string
  name: string
  enrolledAt: Date
  revokedAt: Date | null
  lockedAt: Date | null
  /** When its last shift began; null for one that never worked. */
  lastShiftAt: Date | null
}

export async function listDevices(sql: Sql, municipalityCode: string): Promise<ListedDevice[]> {
  return await sql<ListedDevice[]>`
    select id, venue_code as "venueCode", name, enrolled_at as "enrolledAt",
           revoked_at as "revokedAt", locked_at as "lockedAt", last_shift_at as "lastShiftAt"
      from device where municipality_code = ${municipalityCode} order by venue_code, enrolled_at limit 1000`
}

export type VenueName = { code: string; name: string }

export async function venuesOf(sql: Sql, municipalityCode: string): Promise<VenueName[]> {
  return await sql<VenueName[]>`
    select code, name from venue where municipality_code = ${municipalityCode} order by code limit 1000`
}

/** For good. Answers whether the municipality has such a device. */
export async function revokeDevice(sql: Sql, id: string, municipalityCode: string) {
  const rows = await sql`
    update device set revoked_at = coalesce(revoked_at, clock_timestamp())
     where id = ${id} and municipality_code = ${municipalityCode} returning 1`
  return rows.length > 0
}

export async function unlockDevice(sql: Sql, id: string, municipalityCode: string) {
  const rows = await sql`
    update device set locked_at = null, unknown_since = null, unknown_tickets = 0
     where id = ${id} and municipality_code = ${municipalityCode} returning 1`
  return rows.length > 0
}

/** Counts a ticket that no register knows. Answers whether this one locked the device. */
export async function noteUnknownTicket(
  sql: Sql,
  deviceId: string,
  limit: { points: number; perSeconds: number },
): Promise<boolean> {
  const [row] = await sql<{ isNewlyLocked: boolean }[]>`
    with counted as (
      select id, locked_at,
             coalesce(unknown_since > clock_timestamp() - make_interval(secs => ${limit.perSeconds}), false)
               as is_same_hour
        from device where id = ${deviceId} for update)
    update device d
       set unknown_since = case when c.is_same_hour then d.unknown_since else clock_timestamp() end,
           unknown_tickets = case when c.is_same_hour then d.unknown_tickets + 1 else 1 end,
           locked_at = case when (case when c.is_same_hour then d.unknown_tickets + 1 else 1 end)
                                 >= ${limit.points}
                            then coalesce(d.locked_at, clock_timestamp()) else d.locked_at end
      from counted c where d.id = c.id
    returning c.locked_at is null and d.locked_at is not null as "isNewlyLocked"`
  return row?.isNewlyLocked ?? false
}

export type LimitScope = 'device' | 'venue' | 'municipality' | 'unknownTickets'
export type LimitSetting = { scope: LimitScope; key: string; points: number; perSeconds: number }

export async function readLimits(sql: Sql): Promise<LimitSetting[]> {
  return await sql<LimitSetting[]>`
    select scope, key, points, per_seconds as "perSeconds" from limit_setting`
}

/** The municipality of a venue; undefined for an unknown one. */
export async function townOfVenue(sql: Sql, venueCode: string): Promise<string | undefined> {
  const [row] = await sql<{ code: string }[]>`
    select municipality_code as code from venue where code = ${venueCode}`
  return row?.code
}
