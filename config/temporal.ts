import { loadClientConnectConfig } from '@temporalio/envconfig'

/**
 * How every process reaches Temporal: the ecosystem's own profile by `TEMPORAL_*` or its configuration
 * file, at the address that the supervisor named. `TEMPORAL_TLS_CLIENT_CERT_PATH`,
 * `TEMPORAL_TLS_CLIENT_KEY_PATH` and `TEMPORAL_TLS_SERVER_CA_CERT_PATH` show a certificate,
 * `TEMPORAL_API_KEY` a token for the server's authorizer.
 */
export function temporalConnectionOptions(address: string) {
  const { apiKey, ...options } = loadClientConnectConfig().connectionOptions
  // A compose file passes on an unset variable as an empty one.
  return { ...options, ...(apiKey && { apiKey }), address }
}

/** What histories keep of who wrote an event. The SDK's own choice tells the machine's name. */
export function temporalIdentity(processName: string): string {
  return `${processName}@${process.pid}`
}
