/**
 * Signing in with the account of one's own organisation (OpenID Connect, code flow with PKCE). The
 * provider says who somebody is; what they may do here stands in our own table of accounts, in which an
 * administrator has written the provider's name for them beforehand.
 */
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  enableNonRepudiationChecks,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client'
import { z } from 'zod'
import { accountBySubject } from '../db/auth/accounts.ts'
import { keepChallenge, takeChallenge } from '../db/auth/sessions.ts'
import type { Sql } from '../db/client.ts'
import { localPath, type Origin, originOf } from './origin.ts'
import { Refusal } from './refusal.ts'
import { newSecret, sha256 } from './secrets.ts'
import { startSession } from './sessions.ts'
import type { SignedIn } from './sign-in.ts'

export type OidcSettings = { issuer: string; clientId: string; clientSecret?: string }

export type OidcDesk = ReturnType<typeof oidcDesk>

const keptSchema = z.object({
  verifier: z.string(),
  state: z.string(),
  nonce: z.string(),
  next: z.string(),
})

const callbackPath = '/auth/oidc/callback'

export function oidcDesk(sql: Sql, settings: OidcSettings) {
  let found: Promise<Configuration> | undefined
  /** Asked for at the first sign-in: a provider that is away keeps nobody from starting the system. */
  const provider = () => {
    found ??= discover(settings).catch((error) => {
      found = undefined
      throw error
    })
    return found
  }

  return {
    /** Where to send the browser, and what it must bring back. */
    async begin(at: Origin, next: string | undefined): Promise<{ url: URL; ticket: string }> {
      const [verifier, state, nonce] = [randomPKCECodeVerifier(), randomState(), randomNonce()]
      const ticket = newSecret()
      const challenge = JSON.stringify({ verifier, state, nonce, next: localPath(next) })
      await keepChallenge(sql, { tokenSha256: sha256(ticket), kind: 'oidc', challenge })
      const url = buildAuthorizationUrl(await provider(), {
        redirect_uri: `${at.origin}${callbackPath}`,
        scope: 'openid',
        code_challenge: await calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
        nonce,
      })
      return { url, ticket }
    },

    /** Throws `Refusal` 401 `signInFailed`, whatever was wrong. */
    async finish(
      at: Origin,
      query: string,
      ticket: string | undefined,
    ): Promise<SignedIn & { next: string }> {
      const kept = ticket ? await takeChallenge(sql, sha256(ticket), 'oidc') : undefined
      if (!kept) throw failed()
      const { verifier, state, nonce, next } = keptSchema.parse(JSON.parse(kept.challenge))
      const tokens = await authorizationCodeGrant(
        await provider(),
        new URL(`${at.origin}${callbackPath}${query}`),
        {
          pkceCodeVerifier: verifier,
          expectedState: state,
          expectedNonce: nonce,
          idTokenExpected: true,
        },
      ).catch(() => {
        throw failed()
      })
      const claims = tokens.claims()
      const account = claims && (await accountBySubject(sql, claims.iss, claims.sub))
      if (!account || account.isDisabled || account.isDemo) throw failed()
      return { token: await startSession(sql, account.id, 'oidc'), account, next }
    },
  }
}

/** Without TLS on this machine alone. */
function discover({ issuer, clientId, clientSecret }: OidcSettings): Promise<Configuration> {
  const server = new URL(issuer)
  const isHere = originOf(server).isLoopback
  const execute = [enableNonRepudiationChecks, ...(isHere ? [allowInsecureRequests] : [])]
  return discovery(server, clientId, clientSecret, undefined, { execute })
}

function failed(): Refusal {
  return new Refusal(401, 'signInFailed')
}
