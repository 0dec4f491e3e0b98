/** Passkeys (WebAuthn): a key in the person's own device, of use for this site alone. */
import {
  type AuthenticationResponseJSON,
  type AuthenticatorTransport,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import { accountById } from '../db/auth/accounts.ts'
import { insertPasskey, notePasskeyUse, passkeyById, passkeysOf } from '../db/auth/passkeys.ts'
import { type ChallengeKind, keepChallenge, takeChallenge } from '../db/auth/sessions.ts'
import type { Sql } from '../db/client.ts'
import type { AccountCaller } from './caller.ts'
import type { Origin } from './origin.ts'
import { Refusal } from './refusal.ts'
import { newSecret, sha256 } from './secrets.ts'
import { startSession } from './sessions.ts'
import type { SignedIn } from './sign-in.ts'

const siteName = 'sesshu'
/** The person proves to the device that it is them: a passkey is two factors then. */
const userVerification = 'required'

type Desk = { sql: Sql; isDemo: boolean }

const siteOf = ({ origin }: Origin) => new URL(origin).hostname

export async function passkeySignInOptions({ sql }: Desk, at: Origin) {
  const options = await generateAuthenticationOptions({ rpID: siteOf(at), userVerification })
  return { options, ticket: await keep(sql, 'passkeySignIn', options.challenge) }
}

/** Throws `Refusal` 401 `signInFailed` for whatever is wrong; the challenge is used up either way. */
export async function signInByPasskey(
  { sql, isDemo }: Desk,
  at: Origin,
  sent: { ticket: string; response: AuthenticationResponseJSON },
): Promise<SignedIn> {
  const kept = await takeChallenge(sql, sha256(sent.ticket), 'passkeySignIn')
  const key = kept && (await passkeyById(sql, sent.response.id))
  if (!kept || !key) throw failed()
  const { verified, authenticationInfo } = await verifyAuthenticationResponse({
    response: sent.response,
    expectedChallenge: kept.challenge,
    expectedOrigin: at.origin,
    expectedRPID: siteOf(at),
    requireUserVerification: true,
    credential: {
      id: key.credentialId,
      publicKey: new Uint8Array(key.publicKey),
      counter: key.counter,
      transports: key.transports as AuthenticatorTransport[],
    },
  }).catch(() => {
    throw failed()
  })
  const isNew =
    verified && (await notePasskeyUse(sql, key.credentialId, authenticationInfo.newCounter))
  const account = isNew ? await accountById(sql, key.accountId) : undefined
  if (!account || account.isDisabled || (account.isDemo && !isDemo)) throw failed()
  return { token: await startSession(sql, account.id, 'passkey'), account }
}

/** For whoever is signed in: the passkey becomes this account's. */
export async function passkeyAddOptions({ sql }: Desk, at: Origin, caller: AccountCaller) {
  const account = await accountById(sql, caller.id)
  const known = await passkeysOf(sql, caller.id)
  const options = await generateRegistrationOptions({
    rpName: siteName,
    rpID: siteOf(at),
    userName: account?.login ?? caller.role,
    userID: new TextEncoder().encode(caller.id),
    attestationType: 'none',
    excludeCredentials: known.map(({ credentialId }) => ({ id: credentialId })),
    authenticatorSelection: { residentKey: 'required', userVerification },
  })
  return { options, ticket: await keep(sql, 'passkeyAdd', options.challenge, caller.id) }
}

/** Throws `Refusal` 422 `passkeyNotAdded`. */
export async function addPasskey(
  { sql }: Desk,
  at: Origin,
  caller: AccountCaller,
  sent: { ticket: string; response: RegistrationResponseJSON },
): Promise<void> {
  const kept = await takeChallenge(sql, sha256(sent.ticket), 'passkeyAdd')
  if (kept?.accountId !== caller.id) throw new Refusal(422, 'passkeyNotAdded')
  const { registrationInfo } = await verifyRegistrationResponse({
    response: sent.response,
    expectedChallenge: kept.challenge,
    expectedOrigin: at.origin,
    expectedRPID: siteOf(at),
    requireUserVerification: true,
  }).catch(() => {
    throw new Refusal(422, 'passkeyNotAdded')
  })
  if (!registrationInfo) throw new Refusal(422, 'passkeyNotAdded')
  const { id, publicKey, counter, transports = [] } = registrationInfo.credential
  await insertPasskey(sql, {
    credentialId: id,
    accountId: caller.id,
    publicKey,
    counter,
    transports,
  })
}

async function keep(sql: Sql, kind: ChallengeKind, challenge: string, accountId?: string) {
  const ticket = newSecret()
  const kept = { tokenSha256: sha256(ticket), kind, challenge, ...(accountId && { accountId }) }
  await keepChallenge(sql, kept)
  return ticket
}

function failed(): Refusal {
  return new Refusal(401, 'signInFailed')
}
