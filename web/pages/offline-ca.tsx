import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { Section } from '../components/basics.tsx'
import { momentWords } from '../format.ts'
import { Layout } from '../layout.tsx'
import { href, type Page } from '../page.ts'

export const certificateName = 'sesshu-ca.crt'

/** As a tablet takes it: DER under the type that makes it ask whether to put it in. */
export const certificateType = 'application/x-x509-ca-cert'

/** Undefined where the certificate was given, and brings an authority of its own. */
export async function readAuthority({
  authorityFile,
}: Pick<Page, 'authorityFile'>): Promise<X509Certificate | undefined> {
  return authorityFile ? new X509Certificate(await readFile(authorityFile)) : undefined
}

/** Hands out our own authority's certificate; opened once with a warning, on a tablet that lacks it. */
export async function authorityPage(page: Page) {
  const { offline } = page.words
  const certificate = await readAuthority(page)
  if (!certificate) return undefined
  return (
    <Layout page={page} title={offline.certificateTitle}>
      <link rel="stylesheet" href="/assets/offline.css" />
      <p class="lead">{offline.certificateLead}</p>
      <Section id="fingerprint" title={offline.fingerprint}>
        <p>
          <code class="fingerprint">{certificate.fingerprint256}</code>
        </p>
        <p>{offline.fingerprintCheck}</p>
        <p>{offline.reach}</p>
        <p>{offline.until(momentWords(Date.parse(certificate.validTo), page.lang))}</p>
        <p>
          <a class="button" href={`/ca/${certificateName}`}>
            {offline.download}
          </a>
        </p>
      </Section>
      <Section id="how" title={offline.howTitle}>
        <ul>
          {offline.how.map((line) => (
            <li>{line}</li>
          ))}
        </ul>
        <p>{offline.afterwards}</p>
        <p>
          <a href={href(page, '/scan')}>{offline.toScan}</a>
        </p>
      </Section>
    </Layout>
  )
}
