/**
 * Why a row may be looked at. The database's policies are made of these words (`purpose_rule`), and
 * every look in the access ledger bears one.
 */

/** Somebody is looked at: no transaction under one of these ends without a look in the ledger. */
export const personPurposes = [
  /** A venue's scan: ticket, course, doses of one person. */
  'recordDose',
  /** The record of a dose is mended: voided, corrected, moved to another person. */
  'changeDose',
  /** A register tells about its own people. */
  'manageRegister',
  /** What follows from that for one person, in every town where the person has a row. */
  'settleMove',
  /** Two people say that two register rows are one person's, or take it back. */
  'linkPeople',
  /** Courses open by age. */
  'openWave',
  /** A notice is checked, queued, sealed or sent. */
  'sendNotice',
  /** Ten letters of an evening that somebody looks at before they leave. */
  'checkBatch',
  /** Somebody reads a course on a screen. */
  'showCourse',
  /** Somebody lives in a town that has no row of them; and what they consent to. */
  'registerStay',
  /** Where a protected person can be reached, for a task by hand. */
  'byHandDelivery',
  /** Sheets of tickets: what waits, and what is printed on them. */
  'printTicket',
  /** The municipality's own records as files that are handed to it. */
  'returnFiles',
  /** Dose forms and the vaccination register on paper, for towns without a system. */
  'printPaper',
  /** A letter's reader sees the own record, or says something about it. */
  'residentPage',
  /** Somebody calls: a clerk finds them, tells where the course stands, keeps what they say. */
  'callDesk',
  /** A clerk reads what a resident said, and settles it. */
  'answerResident',
  /** A clerk settles what is attached to nobody, and what tasks ask for. */
  'resolve',
  /** A letter came back: whose it is, where they are registered, where to write instead. */
  'returnedPost',
  /** Somebody is called after the last reminder. */
  'phoneFollowUp',
  /** Everything held about one person is written down for that person. */
  'disclose',
  /** A clerk looks into a rule hit and decides on it; the people who were given a recalled lot. */
  'checkFindings',
  /** A clerk reads the cells of a municipal file that need a look. */
  'reviewImport',
  /** A clerk looks at whom of the register a full file does not name. */
  'listLeftOut',
  /** An import is taken back, while nothing depends on it. */
  'undoImport',
] as const

/** Counts, random ids and settings: nobody is looked at. */
export const namelessPurposes = [
  /** A letter's code and a birth date are tried; a row of codes says how many tries are left. */
  'openLetterCode',
  /** What is due is deleted, by its age alone. */
  'retain',
  /** keyd empties the rows of whoever was erased. */
  'erase',
  /** Which imports have news for their workflow: random ids of all towns. */
  'tellImports',
  /** A town's counts. */
  'showTown',
  /** What is stuck, for whoever runs the system. */
  'operate',
  /** What a municipality says of itself, its venues and lots. */
  'manageTown',
  /** Scans that are attached to nobody yet. */
  'bindScan',
  /** Scans that came back to a tablet, attached to nobody, for whoever leads the venue. */
  'settleConflict',
  /** Paper slips are keyed, before anybody is looked up. */
  'keyPaper',
  /** The relay brings news of courses to their workflows. */
  'deliverNews',
  /** Letters that came back, of whose people the register has told something since. */
  'watchReturns',
  /** The mail sender sets mails apart. */
  'claimMail',
  /** A link in a mail is opened: it says of nobody whose it is. */
  'openMailLink',
  /** A mail came back: its report is matched by the token that it bears. */
  'takeBounce',
  /** Which towns have letters tonight. */
  'eveningTowns',
  /** Which towns' cohorts are to be looked through today. */
  'cohortTowns',
  /** An evening's batch as people handle it: counts, states, marks of sheets. */
  'handleBatch',
  /** Courses against their runs. */
  'reconcile',
  /** Who is owed a notice, and what left: random ids, days and codes of everybody. */
  'watchNotices',
  /** Doses of a lot whose data have changed are judged again, by their day alone. */
  'judgeLots',
  /** Figures across towns. */
  'count',
  /** What a municipal file is, and what came of its rows in numbers. */
  'runImport',
  /** A file beside the register, by number and keyed digest: nobody is shown to anybody. */
  'compareRegister',
] as const

export type PersonPurpose = (typeof personPurposes)[number]
export type Purpose = PersonPurpose | (typeof namelessPurposes)[number]

export function isPersonPurpose(purpose: Purpose): purpose is PersonPurpose {
  return (personPurposes as readonly string[]).includes(purpose)
}

/** What a look may have seen besides sealed fields. */
export type LookField = 'ticket' | 'course' | 'doses' | 'notices' | 'registerEvents' | 'tasks'

/** What a plan is made from, and so what every activity and scan reads of a person. */
export const planFields: LookField[] = [
  'course',
  'doses',
  'notices',
  'registerEvents',
  'tasks',
  'ticket',
]
