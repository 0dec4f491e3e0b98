import type { ListedDevice, VenueName } from '../../db/auth/devices.ts'
import { Section, Table, Tag } from '../components/basics.tsx'
import { QrCode } from '../components/qr-code.tsx'
import { momentWords } from '../format.ts'
import { Layout } from '../layout.tsx'
import { href, type Page } from '../page.ts'
import { Head } from './head.tsx'

type Shown = { devices: ListedDevice[]; venues: VenueName[]; said: string | undefined }

/** The town's tablets: enrol one, see when each was used, unlock and revoke. */
export function devicesPage(page: Page, { devices, venues, said }: Shown) {
  const { office } = page.words
  return (
    <Layout page={page} title={office.devicesTitle}>
      <Head page={page} said={said} />
      <p class="lead">{office.devicesLead}</p>
      <Section id="enrol" title={office.enrolTitle}>
        <p>{office.enrolLead}</p>
        {venues.length === 0 ? <p>{office.noVenues}</p> : <EnrolForm page={page} venues={venues} />}
      </Section>
      <Section id="list" title={office.listTitle}>
        {devices.length === 0 ? (
          <p>{office.noDevices}</p>
        ) : (
          <>
            <Devices page={page} devices={devices} venues={venues} />
            <p class="note">{office.revokeNote}</p>
          </>
        )}
      </Section>
    </Layout>
  )
}

function EnrolForm({ page, venues }: { page: Page; venues: VenueName[] }) {
  const { office } = page.words
  return (
    <form class="stacked" method="post" action={href(page, '/devices/codes')}>
      <div>
        <label for="venue">{office.venue}</label>
        <select id="venue" name="venueCode" required>
          {venues.map(({ code, name }) => (
            <option value={code} lang="ja">
              {name} ({code})
            </option>
          ))}
        </select>
      </div>
      <div>
        <label for="opens">{office.opensAt}</label>
        <input id="opens" type="time" name="opensAt" value="08:00" required />
      </div>
      <div>
        <label for="closes">{office.closesAt}</label>
        <input id="closes" type="time" name="closesAt" value="20:00" required />
      </div>
      <p class="note">{office.hoursNote}</p>
      <button type="submit">{office.makeCode}</button>
    </form>
  )
}

function Devices({ page, devices, venues }: { page: Page } & Omit<Shown, 'said'>) {
  const { office } = page.words
  const names = new Map(venues.map(({ code, name }) => [code, name]))
  return (
    <Table
      caption={office.listTitle}
      columns={[
        { head: office.name },
        { head: office.venue },
        { head: office.enrolledAt },
        { head: office.lastShift },
        { head: office.state },
        { head: office.change },
      ]}
      rows={devices.map((device) => [
        device.name,
        names.has(device.venueCode) ? (
          <span lang="ja">{names.get(device.venueCode)}</span>
        ) : (
          <code>{device.venueCode}</code>
        ),
        momentWords(device.enrolledAt.getTime(), page.lang),
        device.lastShiftAt ? momentWords(device.lastShiftAt.getTime(), page.lang) : office.never,
        <State page={page} device={device} />,
        <Actions page={page} device={device} />,
      ])}
    />
  )
}

function State({ page, device }: { page: Page; device: ListedDevice }) {
  const { office } = page.words
  const when = (at: Date) => momentWords(at.getTime(), page.lang)
  if (device.revokedAt) return <Tag tone="stopped">{office.revoked(when(device.revokedAt))}</Tag>
  if (device.lockedAt) return <Tag tone="attention">{office.locked(when(device.lockedAt))}</Tag>
  return <Tag tone="good">{office.working}</Tag>
}

/** A box to tick stands before what cannot be undone. */
function Actions({ page, device }: { page: Page; device: ListedDevice }) {
  const { office } = page.words
  if (device.revokedAt) return null
  const to = (what: string) => href(page, `/devices/${device.id}/${what}`)
  return (
    <div class="actions">
      {device.lockedAt && (
        <form method="post" action={to('unlock')}>
          <button type="submit">{office.unlock}</button>
        </form>
      )}
      <form method="post" action={to('revoke')}>
        <label class="sure">
          <input type="checkbox" name="sure" value="yes" required /> {office.revokeSure}
        </label>
        <button type="submit">{office.revoke}</button>
      </form>
    </div>
  )
}

/** The code, said once: as text, and as the address that the tablet opens. */
export function codePage(
  page: Page,
  made: { code: string; expiresAt: Date; venue: string; address: string },
) {
  const { office } = page.words
  return (
    <Layout page={page} title={office.codeTitle}>
      <Head page={page} />
      <p class="lead">{office.codeLead(momentWords(made.expiresAt.getTime(), page.lang))}</p>
      <p>
        {office.venue}: <span lang="ja">{made.venue}</span>
      </p>
      <p class="enrolment-code">
        <code>{made.code}</code>
      </p>
      <p>{office.codeAddress}</p>
      <QrCode text={made.address} alt={office.codeAlt} />
      <p>
        <code>{made.address}</code>
      </p>
      <p>
        <a href={href(page, '/devices')}>{office.backToDevices}</a>
      </p>
    </Layout>
  )
}
