import { loadClientConnectConfig } from '@temporalio/envconfig'

/**
 * How every process reaches Temporal: the ecosystem's own profile (TLS, API key, metadata) by
 * `TEMPORAL_*` or its configuration file, at the address that the supervisor named.
 */
export function temporalConnectionOptions(address: string) {
  return { ...loadClientConnectConfig().connectionOptions, address }
}

/** What histories keep of who wrote an event. The SDK's own choice tells the machine's name. */
export function temporalIdentity(processName: string): string {
  return `${processName}@${process.pid}`
}
