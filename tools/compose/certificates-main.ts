import { makeTemporalCertificates } from './temporal-certificates.ts'

// Once, before the Temporal server of compose starts; it mounts every folder, and it alone.
makeTemporalCertificates(process.argv[2] ?? '/tls')
process.stdout.write('Certificates ready.\n')
