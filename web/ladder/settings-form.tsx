/** The settings themselves: numbers of days, times of the day, and what is on or off. */
import {
  type NoticeNumber,
  type NoticeSettings,
  noticeSettingBounds,
} from '../../domain/notice-settings.ts'
import { Language } from '../components/form-parts.tsx'
import { href, type Page } from '../page.ts'

export const timesOfDay: readonly NoticeNumber[] = [
  'noticeMinute',
  'sendFromMinute',
  'sendUntilMinute',
  'eveningMinute',
]

const order: readonly NoticeNumber[] = [
  'preDueDays',
  'minimumGraceDays',
  'roundGapDays',
  'followUpAfterDays',
  'relocationTicketWaitDays',
  'invitationAfterDays',
  'paperHoldDays',
  'noticeMinute',
  'jitterMinutes',
  'sendFromMinute',
  'sendUntilMinute',
  'eveningMinute',
  'releaseAutomaticallyUpTo',
  'reconcileWithinDays',
]

type Props = { page: Page; settings: NoticeSettings; mayDecide: boolean }

export function SettingsForm({ page, settings, mayDecide }: Props) {
  const { ladder: words } = page.words
  return (
    <form class="stacked ladder-settings" method="post" action={href(page, '/notice-settings')}>
      <Language page={page} />
      {order.map((name) => (
        <NumberField page={page} name={name} value={settings[name]} mayDecide={mayDecide} />
      ))}
      <Switch {...{ page, mayDecide }} name="lotRecallNotices" isOn={settings.lotRecallNotices} />
      <Switch
        {...{ page, mayDecide }}
        name="waitsForReconciliation"
        isOn={settings.waitsForReconciliation}
      />
      <Switch {...{ page, mayDecide }} name="holidaysAreQuiet" isOn={settings.holidaysAreQuiet} />
      <fieldset disabled={!mayDecide}>
        <legend>{words.names.quietWeekdays}</legend>
        {words.weekdays.map((label, day) => (
          <label class="ladder-weekday">
            <input
              type="checkbox"
              name="quietWeekdays"
              value={String(day)}
              checked={settings.quietWeekdays.includes(day)}
            />
            {label}
          </label>
        ))}
      </fieldset>
      {mayDecide && <button type="submit">{words.save}</button>}
    </form>
  )
}

function NumberField(props: { page: Page; name: NoticeNumber; value: number; mayDecide: boolean }) {
  const { page, name, value, mayDecide } = props
  const { ladder: words } = page.words
  const [least, most] = noticeSettingBounds[name]
  const shown = timesOfDay.includes(name) ? timeOf : String
  return (
    <div>
      <label for={name}>{words.names[name]}</label>
      <input
        id={name}
        name={name}
        value={shown(value)}
        required
        disabled={!mayDecide}
        inputmode={timesOfDay.includes(name) ? 'text' : 'numeric'}
        autocomplete="off"
        aria-describedby={`${name}-bounds`}
      />
      <p class="note" id={`${name}-bounds`}>
        {words.bounds}: {words.between(shown(least), shown(most))}
      </p>
    </div>
  )
}

function Switch(props: {
  page: Page
  name: 'lotRecallNotices' | 'holidaysAreQuiet' | 'waitsForReconciliation'
  isOn: boolean
  mayDecide: boolean
}) {
  const { page, name, isOn, mayDecide } = props
  return (
    <div>
      <label>
        <input type="checkbox" name={name} value="on" checked={isOn} disabled={!mayDecide} />{' '}
        {page.words.ladder.names[name]}
      </label>
    </div>
  )
}

/** `9:05`; the end of a day is `24:00`. */
export function timeOf(minute: number): string {
  return `${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, '0')}`
}

/** NaN for what is no time. */
export function minuteOf(text: string): number {
  const [, hours, minutes] = /^(\d{1,2}):([0-5]\d)$/.exec(text.normalize('NFKC').trim()) ?? []
  return Number(hours) * 60 + Number(minutes)
}
