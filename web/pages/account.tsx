import { Layout } from '../layout.tsx'
import type { Page } from '../page.ts'

/** As whom one is here; a passkey for the next time. */
export function accountPage(page: Page) {
  const { staff } = page.words
  const { who } = page
  return (
    <Layout page={page} title={staff.accountTitle}>
      {who.kind === 'account' && (
        <p>
          {staff.roles[who.role]} {who.office !== 'system' && <code>{who.office}</code>}
        </p>
      )}
      <p class="lead">{staff.accountLead}</p>
      <p>
        <button
          type="button"
          id="passkey-add"
          hidden
          data-added={staff.passkeyAdded}
          data-failed={staff.passkeyNotAdded}
        >
          {staff.passkeyAdd}
        </button>
      </p>
      <p id="passkey-state" role="status" />
      <p class="note">{staff.passkeyNeedsScript}</p>
      <script src="/assets/passkey.js" defer />
    </Layout>
  )
}
