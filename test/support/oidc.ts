/** A real OpenID provider on a port of its own, where one person is always signed in. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Context, Provider } from 'oidc-provider'
import type { OidcSettings } from '../../auth/oidc.ts'

export type TestProvider = OidcSettings & { signIn(subject: string): void; close(): Promise<void> }

export async function startProvider(redirectUri: string): Promise<TestProvider> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const client = { clientId: 'sesshu', clientSecret: 'a-secret-for-tests-only' }
  let subject = ''
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: client.clientId,
        client_secret: client.clientSecret,
        redirect_uris: [redirectUri],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: () => '/interaction' },
    findAccount: (_: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id }) }),
    loadExistingGrant: async ({ oidc }: Context) => {
      const grant = new provider.Grant({
        clientId: oidc.client.clientId,
        accountId: oidc.session.accountId,
      })
      grant.addOIDCScope('openid')
      await grant.save()
      return grant
    },
  })
  const answer = provider.callback()
  server.on('request', (request, response) => {
    if (!request.url?.startsWith('/interaction')) return void answer(request, response)
    void provider.interactionFinished(request, response, { login: { accountId: subject } })
  })
  return {
    issuer,
    ...client,
    signIn: (as) => {
      subject = as
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
