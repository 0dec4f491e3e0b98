import { localPath } from '../../auth/origin.ts'
import { longestPassword } from '../../auth/password.ts'
import { roles } from '../../auth/roles.ts'
import { Section } from '../components/basics.tsx'
import { Language } from '../components/form-parts.tsx'
import { Layout } from '../layout.tsx'
import { href, type Page } from '../page.ts'

type Query = { next?: string; failed?: string }

/** Login and password without a script; a passkey with one; in a demo one click per role. */
export function signInPage(page: Page, query: Query) {
  const { staff } = page.words
  const next = query.next ? localPath(query.next) : href(page, '/')
  return (
    <Layout page={page} title={staff.signInTitle}>
      {query.failed && (
        <p class="error" role="alert">
          {staff.failed}
        </p>
      )}
      {page.isDemo && <Become page={page} next={next} />}
      <p class="lead">{staff.signInLead}</p>
      <form class="stacked" method="post" action="/auth/sign-in">
        <Onward page={page} next={next} />
        <div>
          <label for="login">{staff.login}</label>
          <input
            id="login"
            name="login"
            autocomplete="username webauthn"
            autocapitalize="none"
            spellcheck={false}
            required
            maxlength={40}
          />
        </div>
        <div>
          <label for="password">{staff.password}</label>
          <input
            id="password"
            name="password"
            type="password"
            autocomplete="current-password"
            required
            maxlength={longestPassword}
          />
        </div>
        <button type="submit">{staff.signIn}</button>
      </form>
      <p class="note">{staff.lockedNote}</p>
      <OtherWays page={page} next={next} />
    </Layout>
  )
}

function OtherWays({ page, next }: { page: Page; next: string }) {
  const { staff } = page.words
  return (
    <>
      {page.oidc && (
        <p>
          <a class="button" href={`/auth/oidc/start?next=${encodeURIComponent(next)}`}>
            {staff.oidcButton}
          </a>
        </p>
      )}
      <p>
        <button
          type="button"
          id="passkey-sign-in"
          hidden
          data-next={next}
          data-failed={staff.passkeyFailed}
        >
          {staff.passkeyButton}
        </button>
      </p>
      <p id="passkey-state" role="status" />
      <script src="/assets/passkey.js" defer />
    </>
  )
}

/** Where to go on to, and in which language. */
function Onward({ page, next }: { page: Page; next: string }) {
  return (
    <>
      <input type="hidden" name="next" value={next} />
      <Language page={page} />
    </>
  )
}

/** A button per role: made-up people, on this machine alone. */
export function Become({ page, next }: { page: Page; next: string }) {
  const { staff } = page.words
  return (
    <Section id="become" title={staff.becomeTitle}>
      <p>{staff.becomeLead}</p>
      <ul class="become">
        {roles.map((role) => (
          <li>
            <form method="post" action="/auth/become">
              <Onward page={page} next={next} />
              <input type="hidden" name="role" value={role} />
              <button type="submit">{staff.become(staff.roles[role])}</button>
            </form>
          </li>
        ))}
      </ul>
    </Section>
  )
}
