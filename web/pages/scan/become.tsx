import { Language } from '../../components/form-parts.tsx'
import type { Page } from '../../page.ts'

/** In a demo a visitor of this very machine is a tablet with one click: the code that an administrator gives elsewhere. */
export function BecomeTablet({ page, venueCode }: { page: Page; venueCode?: string | undefined }) {
  const { device } = page.words.scan
  return (
    <form class="stacked" method="post" action="/auth/devices/become">
      <Language page={page} />
      {venueCode && <input type="hidden" name="venueCode" value={venueCode} />}
      <p>
        <b>{device.demoTitle}</b>
      </p>
      <p>{device.demoLead}</p>
      <button type="submit">{device.demoButton}</button>
    </form>
  )
}
