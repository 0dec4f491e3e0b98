import type { OidcSettings } from './oidc.ts'
import { originOf } from './origin.ts'

/**
 * The provider as the environment names it; undefined when it names none. Throws when half is said, or
 * when the provider would be asked without TLS over a network.
 */
export function oidcSettings(env: {
  SESSHU_OIDC_ISSUER?: string | undefined
  SESSHU_OIDC_CLIENT_ID?: string | undefined
  SESSHU_OIDC_CLIENT_SECRET?: string | undefined
}): OidcSettings | undefined {
  const { SESSHU_OIDC_ISSUER: issuer, SESSHU_OIDC_CLIENT_ID: clientId } = env
  if (!issuer && !clientId) return undefined
  if (!issuer || !clientId) {
    throw new Error(
      'SESSHU_OIDC_ISSUER and SESSHU_OIDC_CLIENT_ID go together: set both or neither.',
    )
  }
  const { isLoopback, isSecure } = originOf(new URL(issuer))
  if (!isSecure && !isLoopback) throw new Error('SESSHU_OIDC_ISSUER must begin with https://.')
  const clientSecret = env.SESSHU_OIDC_CLIENT_SECRET
  return { issuer, clientId, ...(clientSecret && { clientSecret }) }
}
