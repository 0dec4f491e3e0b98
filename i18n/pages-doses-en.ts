import type { doseChangesJa } from './pages-doses-ja.ts'

/** Changing a recorded dose, in English. */
export const doseChangesEn: DoseChangesText = {
  title: (n) => `Change the record of dose ${n}`,
  open: 'Correct or void',
  back: 'Back to the course',
  lead: 'Nothing is lost: who changed what, when and why stays on record. The course is planned anew at once.',
  now: 'What is recorded',
  revision: 'Revision of the record',
  confirmed: 'Confirmed against paper',
  confirmedLead:
    'This record was compared with the paper and is locked. To change it, lift the lock with a reason first.',
  voidedLead: 'A record that was voided cannot be changed any more.',
  changedBy: (who) => `Changed by: ${who}`,
  reasonWas: (reason) => `Reason: ${reason}`,
  fromTo: (before, after) => `${before} → ${after}`,
  colon: ': ',
  reason: 'Reason',
  choose: 'Choose one',
  correctTitle: 'Correct it',
  correctLead: 'Change only what is wrong. What is left empty stays as it is.',
  correct: 'Correct',
  reattributeTitle: 'Move it to another person',
  reattributeLead:
    'Enter the ticket number and the birth date of the person who had the dose: a ticket of the town that issued the one which was misread. Unless both are of one person, nothing changes. Both courses are planned anew.',
  ticketNumber: 'Ticket number of that person (10 digits)',
  bornOn: 'Date of birth of that person',
  reattributeNotHere:
    'A record whose issuer is not shown (another town keeps it, or its person may be protected) cannot be moved by a ticket number on this page. Ask the town that keeps it, or whoever sees to protected persons.',
  issuer: 'Issuer of the ticket',
  reattribute: 'Move it to this person',
  voidTitle: 'Void it',
  voidLead: 'For a dose that was never given, or recorded twice. The course waits for it again.',
  void: 'Void',
  confirmTitle: 'Compare with the paper',
  confirmLead:
    'Lock the record once it is the same as the paper. No tablet and no batch can change it then.',
  confirm: 'Confirm and lock',
  unlockTitle: 'Lift the lock',
  unlock: 'Lift the lock',
  fields: {
    claimedDoseNumber: 'Dose number',
    givenOn: 'Given on',
    productCode: 'Product',
    lotNumber: 'Lot',
    venueCode: 'Venue code',
  },
  doseNumber: (n) => `dose ${n}`,
  kinds: {
    voided: 'Record of a dose voided',
    corrected: 'Record of a dose corrected',
    movedAway: 'Record of a dose moved to another person',
    movedHere: 'Record of a dose moved here from another person',
    confirmed: 'Compared with the paper and locked',
    lockLifted: 'Lock lifted',
  },
  reasons: {
    misread: 'the ticket was misread',
    wrongPerson: 'another person had the dose',
    neverGiven: 'it was never given',
    recordedTwice: 'it was recorded twice',
    wrongDate: 'wrong date',
    wrongProduct: 'wrong product',
    wrongLot: 'wrong lot',
    wrongVenue: 'wrong venue',
    wrongDoseNumber: 'wrong dose number',
    keyedWrongly: 'it was keyed wrongly',
    onlyPractised: 'it was recorded for practice',
    comparedWithPaper: 'compared with the paper',
    toldByPerson: 'the person said so',
    toldByVenue: 'the venue said so',
    lockedByMistake: 'it was locked by mistake',
    undoneAtOnce: 'taken back at once at the venue',
    other: 'another reason',
  },
  others: { device: 'a tablet at the venue', machine: 'a program', process: 'the system' },
  done: {
    void: 'The record is voided, and the course planned anew.',
    correct: 'The record is corrected, and the course planned anew.',
    reattribute: 'The record is moved, and both courses are planned anew.',
    confirm: 'Confirmed against paper, and locked.',
    unlock: 'The lock is lifted.',
  },
}

type Translated<T> = {
  [K in keyof T]: T[K] extends string
    ? string
    : T[K] extends (...args: infer A) => string
      ? (...args: A) => string
      : Translated<T[K]>
}
type DoseChangesText = Translated<typeof doseChangesJa>
