/** Enrolled tablets in number, and reads sent by them over HTTP in turns. */
import {
  createHash,
  generateKeyPairSync,
  type JsonWebKey,
  randomBytes,
  randomUUID,
} from 'node:crypto'
import type postgres from 'postgres'
import { thumbprintOf } from '../../auth/dpop.ts'
import type { PublicJwk } from '../../db/auth/devices.ts'
import { ordinanceCities } from '../../domain/municipality-code.ts'
import { createTablet, type Tablet } from '../../simulator/tablet.ts'

export type BenchTablet = { venueCode: string; token: string; proofs: Tablet }

const venuesPerTown = 10

/**
 * Put there by the superuser, with a token for the shift each: enrolling thousands by hand is not what
 * is looked at. Over twenty towns, so that no town's, venue's or tablet's limit hides an answer.
 */
export async function seedTablets(
  sql: postgres.Sql,
  base: string,
  count: number,
): Promise<BenchTablet[]> {
  const venues = await seedVenues(sql)
  const rows: {
    id: string
    town: string
    venue: string
    jwk: PublicJwk
    thumbprint: string
    token: string
  }[] = []
  const tablets: BenchTablet[] = []
  for (let i = 0; i < count; i++) {
    const { town, code } = venues[i % venues.length]!
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const { x, y } = publicKey.export({ format: 'jwk' }) as { x: string; y: string }
    const jwk: PublicJwk = { kty: 'EC', crv: 'P-256', x, y }
    const token = randomBytes(32).toString('base64url')
    const thumbprint = await thumbprintOf(jwk)
    rows.push({ id: randomUUID(), town, venue: code, jwk, thumbprint, token: sha256Hex(token) })
    const privateJwk = privateKey.export({ format: 'jwk' }) as JsonWebKey
    const key = { venueCode: code, privateJwk: privateJwk as never }
    tablets.push({ venueCode: code, token, proofs: createTablet(base, key) })
  }
  await sql`
    insert into device (id, municipality_code, venue_code, name, public_jwk, thumbprint, opens_minute,
                        closes_minute)
    select id, town, venue, 'bench', jwk, thumbprint, 0, 1440
      from json_to_recordset(${JSON.stringify(rows)}::text::json)
        as d(id uuid, town text, venue text, jwk jsonb, thumbprint text)`
  await sql`
    insert into device_token (token_sha256, device_id, expires_at)
    select decode(token, 'hex'), id, now() + interval '12 hours'
      from json_to_recordset(${JSON.stringify(rows)}::text::json) as d(id uuid, token text)`
  return tablets
}

async function seedVenues(sql: postgres.Sql) {
  const venues = ordinanceCities.flatMap((town) =>
    Array.from({ length: venuesPerTown }, (_, i) => ({ town, code: `${town}88${10 + i}` })),
  )
  await sql`
    insert into municipality (code, prefecture, name, kana)
    select code, '見本県', '見本市' || code, 'みほんし' from unnest(${[...ordinanceCities]}::text[]) code
    on conflict do nothing`
  await sql`
    insert into venue (code, municipality_code, name)
    select code, town, '見本会場'
      from json_to_recordset(${JSON.stringify(venues)}::text::json) as v(town text, code text)
    on conflict do nothing`
  return venues
}

export type Answered = { verdict?: string; doseId?: string; code?: string }

/** A tablet sends what it kept while it was offline; more unknown tickets in an hour would lock it. */
const perRequestAtMost = 50

/**
 * Sends scans in batches, one tablet's each, `atOnce` under way; answers in the order of the
 * scans. Throws when a tablet or its proof is refused: then nothing was learnt of the scans.
 */
export async function sendByTablets(
  base: string,
  tablets: BenchTablet[],
  scans: ((venueCode: string) => object)[],
  { atOnce, onProgress }: { atOnce: number; onProgress(done: number): void },
): Promise<Answered[]> {
  const answers: Answered[] = new Array(scans.length)
  const nonce = await firstNonce(base, tablets[0]!)
  const perRequest = Math.min(perRequestAtMost, Math.ceil(scans.length / tablets.length))
  let next = 0
  let done = 0
  const lane = async () => {
    while (next < scans.length) {
      const from = next
      next += perRequest
      const tablet = tablets[(from / perRequest) % tablets.length]!
      const bodies = scans.slice(from, from + perRequest).map((scan) => scan(tablet.venueCode))
      const results = await postBatch(base, tablet, bodies, nonce)
      for (const [i, result] of results.entries()) answers[from + i] = result
      done += results.length
      onProgress(done)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
  return answers
}

const path = '/api/v1/scans/batch'
/** The newest one that the api gave to any of them. */
type Nonce = { value: string }

async function firstNonce(base: string, tablet: BenchTablet): Promise<Nonce> {
  const answer = await post(base, tablet, [])
  return { value: answer.headers.get('dpop-nonce') ?? '' }
}

async function postBatch(base: string, tablet: BenchTablet, bodies: object[], nonce: Nonce) {
  for (let isLastTry = false; ; isLastTry = true) {
    tablet.proofs.learn(new Response(null, { headers: { 'dpop-nonce': nonce.value } }))
    const answer = await post(base, tablet, bodies)
    nonce.value = answer.headers.get('dpop-nonce') ?? nonce.value
    if (answer.status === 200) return resultsOf(await answer.json())
    if (answer.status !== 401 || isLastTry) {
      throw new Error(`a tablet was answered ${answer.status}: ${await answer.text()}`)
    }
    await answer.body?.cancel()
  }
}

function post(base: string, { proofs, token }: BenchTablet, scans: object[]): Promise<Response> {
  return fetch(`${base}${path}`, {
    method: 'POST',
    headers: {
      authorization: `DPoP ${token}`,
      dpop: proofs.proof('POST', path, token),
      'content-type': 'application/json',
    },
    body: JSON.stringify({ scans }),
  })
}

type BatchBody = { results: { status: number; answer?: Answered; problem?: { code: string } }[] }

function resultsOf(body: unknown): Answered[] {
  return (body as BatchBody).results.map(({ status, answer, problem }) => {
    if (answer) return answer
    if (status !== 422) throw new Error(`a scan was answered ${status}: ${problem?.code}`)
    return { code: problem?.code ?? 'unknown' }
  })
}

function sha256Hex(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
