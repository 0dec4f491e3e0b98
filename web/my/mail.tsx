import { mailAddressAtMost } from '../../db/residents/give-mail.ts'
import { myMailEn } from '../../i18n/pages-mail-en.ts'
import { myMailJa } from '../../i18n/pages-mail-ja.ts'
import { Section } from '../components/basics.tsx'
import { type MyPage, myHref } from './frame.tsx'
import { MailLanguages } from './mail-links.tsx'
import type { ShownRecord } from './record.tsx'

export function mailWords({ lang }: Pick<MyPage, 'lang'>) {
  return lang === 'en' ? myMailEn : myMailJa
}

/** Whether notices come by mail, and what changes that. The address is never shown: the reader may be another. */
export function OwnMail({ page, shown }: { page: MyPage; shown: ShownRecord }) {
  const words = mailWords(page)
  const { mail } = shown.record
  const token = <input type="hidden" name="form" value={shown.formToken} />
  const hasOne = mail.state === 'verified' || mail.state === 'asked'
  return (
    <Section id="mail" title={words.title}>
      <p>{words.states[mail.state]}</p>
      <details>
        <summary>{words.give}</summary>
        <form class="stacked" method="post" action={myHref(page, '/mail')}>
          {token}
          <div>
            <label for="address">{words.address}</label>
            <p class="hint" id="address-hint">
              {words.addressHint}
            </p>
            <input
              id="address"
              name="address"
              type="email"
              required
              maxlength={mailAddressAtMost}
              autocomplete="email"
              aria-describedby="address-hint"
            />
          </div>
          <MailLanguages
            legend={words.language}
            words={words.languages}
            chosen={mail.language ?? page.lang}
          />
          <button type="submit">{words.give}</button>
        </form>
      </details>
      {hasOne && (
        <form method="post" action={myHref(page, '/mail-end')}>
          {token}
          <button type="submit" class="quiet">
            {words.end}
          </button>
        </form>
      )}
    </Section>
  )
}
