import type { SticksText } from './pages-sticks-ja.ts'

export const sticksEn: SticksText = {
  nav: 'Sticks',
  title: 'Sealed sticks',
  lead: 'Plug in a stick that was packed with the town’s packer: it imports itself up to the review.',
  packerTitle: 'The packer',
  packerLead: 'One HTML file. A PC without a network opens it, and nothing has to be installed.',
  packer: 'Save the packer',
  refusedTitle: 'Sticks that were not read',
  sticksTitle: 'Sticks received',
  none: 'None yet. A stick that is plugged in appears here.',
  number: 'Number',
  files: 'Files',
  state: 'State',
  seen: 'Plugged in at',
  states: {
    taking: 'Being read',
    taken: 'Its imports wait to be looked at',
    answered: 'The receipt lies on it. The stick may be erased.',
  },
  pulledOut: {
    reading:
      'It was pulled out while it was read. Nothing was applied. Put the same stick in again: it goes on.',
    writing:
      'It was pulled out while the receipt was written. Put it in again: it is written anew. Do not erase it.',
  },
  troubles: {
    noRoomForFile:
      'The disk of this system is nearly full, so that the stick is not read yet. Nothing was applied. Leave it in: it is read once there is room. Tell whoever runs the system.',
    stickFull:
      'The stick is full, so that no receipt can be written. Make room and put it in again.',
    stickNotWritable:
      'The stick is write-protected, so that no receipt can be written. Allow writing.',
  },
  keysTitle: 'Keys of the town',
  keysLead:
    'The key of whoever packs is registered by one administrator. It counts once a second one has typed the code that was read out over the telephone.',
  code: 'Code',
  keyStates: { registered: 'waits for a second person', confirmed: 'in use', revoked: 'withdrawn' },
  register: 'Register a key',
  publicKey: 'Public key, 44 characters, as the packer shows it',
  confirm: 'Confirm the key',
  typeCode: 'The code that was read out to you',
  waitsForOther: 'Another administrator has to confirm it',
  revoke: 'Withdraw',
  said: {
    registered: 'Registered. It counts once another administrator has compared its code.',
    confirmed: 'The key is confirmed.',
    revoked: 'The key is withdrawn.',
    notFound: 'There is no such key.',
  },
}
