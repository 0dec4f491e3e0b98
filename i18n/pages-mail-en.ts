import type { mailLinksJa, myMailJa } from './pages-mail-ja.ts'

export const mailLinksEn: typeof mailLinksJa = {
  confirm: {
    title: 'Notices by mail',
    lead: (town) => `Do you want notices about vaccination from ${town} at this mail address?`,
    letters: 'If not, do nothing: notices come as letters.',
    language: 'Language of the notices',
    languages: { ja: '日本語', en: 'English' },
    yes: 'Receive notices by mail',
    end: 'You can end this at any time by a link in each mail.',
  },
  stop: {
    title: 'End mails',
    lead: (town) => `Do you want notices about vaccination from ${town} as letters from now on?`,
    yes: 'End mails, receive letters',
  },
  said: {
    confirmed: {
      title: 'You will receive notices by mail',
      what: 'From now on notices come to this mail address.',
    },
    stopped: { title: 'Mails have ended', what: 'From now on notices come as letters.' },
    over: {
      title: 'This link does not work',
      what: 'A link works once, and for 30 days. If you have pressed the button before, all is done. If not, please call your municipality. Notices come as letters.',
    },
  },
}

export const myMailEn: typeof myMailJa = {
  title: 'Notices by mail',
  states: {
    none: 'Notices come as letters. You can also have them by mail.',
    asked:
      'A mail is on its way to you. Open its link and press "Receive notices by mail"; until then notices come as letters.',
    verified: 'Notices come by mail.',
    stopped: 'Mails have ended. Notices come as letters.',
  },
  address: 'Mail address',
  addressHint: 'We send a mail to it first. This page does not show the address that you give.',
  language: 'Language of the notices',
  languages: { ja: '日本語', en: 'English' },
  give: 'Use this address',
  end: 'End mails',
  said: {
    mailGiven: 'A mail is on its way to you. Please open its link.',
    mailEnded: 'Mails have ended. Notices come as letters.',
    mailEnough: 'No further mail can be sent today. Please try again tomorrow.',
    mailWrong: 'This is not a mail address. Please check it.',
  },
}
