import type { mailLinksJa, mailOffice, myMailJa } from './pages-mail-ja.ts'

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

export const mailOfficeEn: typeof mailOffice = {
  nav: 'Mail',
  title: 'Mail addresses, and mails that came back',
  lead: 'Notices go only to addresses whose owner has pressed "Receive notices by mail". Everybody else gets letters.',
  addresses: 'Addresses',
  states: {
    toAsk: 'not asked yet',
    asking: 'being asked',
    asked: 'waiting for the owner',
    verified: 'confirmed (notices by mail)',
    stopped: 'stopped (notices by letter)',
  },
  because: {
    unsubscribed: 'ended by the link in a mail',
    takenBack: 'ended on the own page',
    refused: 'the mail server refused the address',
    bounced: 'mails came back',
    removed: 'no longer in the register',
  },
  state: 'State',
  people: 'People',
  noAddresses: 'No mail address has been told yet.',
  bounces: 'Mails that came back',
  bouncesLead:
    'Hand in the report (.eml) that says that a mail was not delivered: the notice then goes on as a letter.',
  file: 'Delivery report (.eml, up to 256 KB)',
  take: 'Read it',
  day: 'Taken on',
  status: 'Why',
  subjects: {
    '1': 'no such address',
    '2': 'mailbox full or not in use',
    '3': 'trouble at the other mail server',
    '4': 'the other mail server was not reached',
    '5': 'the mail servers did not agree',
    '6': 'the form of the mail was refused',
    '7': 'refused, as by a filter against spam',
  },
  otherSubject: 'not said',
  outcome: 'What was done',
  outcomes: {
    letter: 'goes on as a letter',
    tooLate: 'nothing to do: a later notice had left',
    waiting: 'under way',
  },
  noBounces: 'No mail has come back.',
  said: {
    taken: 'Taken. The notice becomes a letter within seconds.',
    known: 'This mail was reported before.',
    noSuchMail: 'The report names no mail that was sent from here. Nothing was changed.',
    otherTown: 'The report is about a mail of another municipality. Please hand it in there.',
    tooLarge: 'The file is too large (up to 256 KB).',
    unreadable:
      'This cannot be read as a mail. Save it as .eml in your mail program and hand that in.',
    noReport: 'This is no delivery report. Hand in the very mail that the mail server sent.',
    noFailure: 'This does not say that a mail failed (a delay, for instance). Nothing was changed.',
    noToken:
      'Nothing in it says which mail it is about. Hand in a report with the original mail attached.',
    twoTokens: 'It names two different mails. Nothing was changed.',
  },
}
