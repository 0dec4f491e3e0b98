import type { Page } from '../../page.ts'

/** What the tablet keeps and cannot send, a new version, and the way out; hidden until there is need. */
export function OfflineNotices({ page }: { page: Page }) {
  const { offline } = page.words
  return (
    <>
      <p class="notice-bar" role="alert" data-bind="outbox" hidden />
      <p class="notice-bar" role="status" data-bind="wiped" hidden />
      <div data-bind="newVersion" hidden>
        <p class="notice-bar" role="status">
          {offline.newVersion}
        </p>
        <button type="button" class="second" data-do="changeVersion">
          {offline.changeVersion}
        </button>
      </div>
    </>
  )
}

/** Signing a tablet out for good. */
export function LeavePart({ page }: { page: Page }) {
  const { offline } = page.words
  return (
    <details class="leave">
      <summary>{offline.leaveTitle}</summary>
      <p>{offline.leaveLead}</p>
      <button type="button" class="second" data-do="leave">
        {offline.leave}
      </button>
    </details>
  )
}

/** By which the page is an app, and what it loads besides its own style. */
export function OfflineHead({ page }: { page: Page }) {
  const manifest = '/scan/manifest.webmanifest'
  return (
    <>
      <link rel="manifest" href={page.lang === 'en' ? `${manifest}?lang=en` : manifest} />
      <link rel="icon" href="/assets/scan-icon.svg" type="image/svg+xml" />
      <meta name="theme-color" content="#0017c1" />
    </>
  )
}
