import type { staffJa } from './pages-staff-ja.ts'

/** The same in English. */
export const staffEn: Translated<typeof staffJa> = {
  signIn: 'Sign in',
  signOut: 'Sign out',
  signInTitle: 'Sign in',
  signInLead: 'This door is for staff. Type your login and your password.',
  login: 'Login',
  password: 'Password',
  failed: 'You could not be signed in. Check login and password.',
  lockedNote: 'Five wrong ones in a row close the account for 15 minutes.',
  passkeyButton: 'Sign in with a passkey',
  passkeyFailed: 'The passkey did not work. Use your password.',
  oidcButton: 'Sign in with your organisation',
  becomeTitle: 'Choose whom to be',
  becomeLead: 'Everybody in this demo is made up. Choose a role, and see what such a person sees.',
  become: (role: string) => `Become ${role}`,
  roles: {
    venueStaff: 'venue staff',
    clerk: 'clerk',
    municipalAdministrator: 'municipal administrator',
    printOperator: 'print operator',
    operator: 'system operator',
    supervisoryAuthority: 'supervisory authority',
    stateStatistician: 'state statistician',
  },
  accountTitle: 'Your account',
  accountLead: 'With a passkey you sign in without a password.',
  passkeyAdd: 'Add a passkey on this device',
  passkeyAdded: 'The passkey was added.',
  passkeyNotAdded: 'The passkey could not be added.',
  passkeyNeedsScript: 'Passkeys need a script; passwords do not.',
  reviewsTitle: 'Emergency access under review',
  reviewsLead:
    'Emergency access ends within 60 minutes, and somebody named beforehand looks into it.',
  head: 'The newest signed head of the record of looks',
  headLead: 'It must be what the witness holds; if not, the record was rewritten.',
  reviewsOpened: 'Opened',
  reviewsOffice: 'Office',
  reviewsTown: 'Register opened',
  reviewsReason: 'Reason',
  reviewsCase: 'Case',
  reviewsState: 'Review',
  reviewStates: {
    waiting: 'waiting',
    overdue: 'overdue',
    justified: 'justified',
    notJustified: 'not justified',
    passedOn: 'passed on',
  },
  reviewReasons: {
    lifeAtRisk: 'a life at risk',
    medicalEmergency: 'medical emergency',
    disaster: 'disaster',
    courtOrder: 'court order',
    systemFailure: 'system failure',
  },
}

type Translated<T> = {
  [K in keyof T]: T[K] extends string
    ? string
    : T[K] extends (...args: infer A) => string
      ? (...args: A) => string
      : Translated<T[K]>
}
