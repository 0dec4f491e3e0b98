// Every counter of the verdict moves when it should, and no other one with it.
import { describe, expect, it, test } from 'vitest'
import { type Assessment, assess } from '../../../judge/assess.ts'
import type { Evidence } from '../../../judge/evidence.ts'
import {
  aDose,
  aPerson,
  aResidence,
  aStory,
  left,
  nextVillage,
  on,
  told,
  withPerson,
} from './story.ts'

const nothingWrong = {
  missedNotices: 0,
  duplicateNotices: 0,
  notOwedNotices: 0,
  dosedAndRecorded: 0,
  dead: 0,
  leftAddress: 0,
  protected: 0,
  wrongPerson: 0,
  unreportedDosed: 0,
  unreportedDead: 0,
  unreportedMoved: 0,
}

function countersOf({ wrongNotices, unreported, ...assessment }: Assessment) {
  const { missedNotices, duplicateNotices, notOwedNotices } = assessment
  return {
    missedNotices,
    duplicateNotices,
    notOwedNotices,
    ...wrongNotices,
    unreportedDosed: unreported.dosed,
    unreportedDead: unreported.dead,
    unreportedMoved: unreported.moved,
  }
}

function verdict(evidence: Evidence) {
  return countersOf(assess(evidence))
}

const story = aStory()
const { evidence, letter, mail, moved } = story

const and = (more: Partial<Evidence>, from = evidence): Evidence => ({
  ...from,
  told: [...from.told, ...(more.told ?? [])],
  notices: [...from.notices, ...(more.notices ?? [])],
})
const without = (channel: string, round: number, from = evidence): Evidence => ({
  ...from,
  notices: from.notices.filter(
    (one) => one.kind !== 'reminder' || one.channel !== channel || one.round !== round,
  ),
})

test('nobody is owed a reminder whose first dose does not fit the age: a person looks first', () => {
  const silent = without('letter', 2, without('letter', 1))
  const born = (bornOn: string) => verdict(withPerson(silent, { ...letter, bornOn })).missedNotices
  // Dosed on 2021-04-13 with a product for 16 and above, reached on the eve of the birthday.
  expect([born('2005-04-14'), born('2005-04-15')]).toEqual([1, 0])
})

describe('a campaign in which all went right', () => {
  it('has no fault, and owes what left', () => {
    const result = assess(evidence)
    expect(countersOf(result)).toEqual(nothingWrong)
    expect(result).toMatchObject({ owed: 5, noticesSent: 5, mails: 2, letters: 3, letterPages: 3 })
    expect(result.complaints).toEqual([])
  })
})

const dead = { ...letter, death: { on: on(57) } }
const dosed = { ...letter, doses: [aDose(1, 1), aDose(2, 57)] }
const dosedByMail = { ...mail, doses: [aDose(1, 2), aDose(2, 58)] }
const guarded = { ...letter, protection: [{ from: on(50) }] }
const elsewhere = {
  ...letter,
  residences: [aResidence(1, { to: on(50) }), aResidence(1, { from: on(50), address: '別の所' })],
}
const leaving = { ...letter, residences: [aResidence(1, { to: on(57), moveOutPlannedOn: on(57) })] }

/** Sent home without a dose on day 40: the first reminder is owed from day 54 on. */
const sentHome = {
  ...letter,
  screenings: [{ givenOn: on(40) }],
}
const screened = and(
  { told: [told('p1', 'screening', 'screenings/0', 40, { verdict: 'screenedOnly' })] },
  withPerson(evidence, sentHome),
)
const lateRounds = (first: number, second: number) => ({
  notices: [left(sentHome, 'reminder', 1, first), left(sentHome, 'reminder', 2, second)],
})
const toLetter = without('letter', 2, without('letter', 1, screened))

const cases: [string, Evidence, Partial<typeof nothingWrong>][] = [
  [
    'a letter to the dead',
    and({ told: [told('p1', 'death', 'death', 58)] }, withPerson(evidence, dead)),
    { dead: 1 },
  ],
  [
    'a death told after the seal',
    and(
      { told: [told('p1', 'death', 'death', 58, { minute: 1_141 })] },
      withPerson(evidence, dead),
    ),
    { unreportedDead: 1 },
  ],
  ['a death nobody told', withPerson(evidence, dead), { unreportedDead: 1 }],
  [
    'a death that was refused',
    and({ told: [told('p1', 'death', 'death', 58, { refused: 'x' })] }, withPerson(evidence, dead)),
    { unreportedDead: 1 },
  ],
  [
    'a letter to the dosed',
    and({ told: [told('p1', 'scan', 'doses/1', 58)] }, withPerson(evidence, dosed)),
    { dosedAndRecorded: 1 },
  ],
  [
    'a mail to the dosed',
    and({ told: [told('p2', 'scan', 'doses/1', 58)] }, withPerson(evidence, dosedByMail)),
    { dosedAndRecorded: 1 },
  ],
  [
    'a dose told right after the mail',
    and(
      { told: [told('p2', 'scan', 'doses/1', 59, { minute: 561 })] },
      withPerson(evidence, dosedByMail),
    ),
    { unreportedDosed: 1 },
  ],
  [
    'a dose that is held',
    and(
      { told: [told('p1', 'scan', 'doses/1', 57, { verdict: 'held' })] },
      withPerson(evidence, dosed),
    ),
    { unreportedDosed: 1 },
  ],
  ['a reminder too soon after a visit without a dose', screened, { notOwedNotices: 1 }],
  ['reminders two weeks after a visit without a dose', and(lateRounds(54, 68), toLetter), {}],
  [
    'a reminder that was forgotten after a visit without a dose',
    and(lateRounds(57, 71), toLetter),
    { missedNotices: 1 },
  ],
  [
    'a letter to the protected',
    and({ told: [told('p1', 'protection', 'protection/0', 58)] }, withPerson(evidence, guarded)),
    { protected: 1 },
  ],
  [
    'a letter to a former address',
    and(
      { told: [told('p1', 'addressChanged', 'residences/1', 57)] },
      withPerson(evidence, elsewhere),
    ),
    { leftAddress: 1 },
  ],
  ['a former address, not told', withPerson(evidence, elsewhere), { unreportedMoved: 1 }],
  [
    'a letter between two towns',
    and(
      { told: [told('p1', 'moveOut', 'residences/0/moveOut', 50)] },
      withPerson(evidence, leaving),
    ),
    { leftAddress: 1 },
  ],
  ['a letter twice', and({ notices: [left(letter, 'reminder', 2, 60)] }), { duplicateNotices: 1 }],
  [
    'a mail thrice',
    and({ notices: [left(mail, 'reminder', 1, 45), left(mail, 'reminder', 1, 46)] }),
    { duplicateNotices: 2 },
  ],
  [
    'a relocation notice twice',
    and({ notices: [left(moved, 'relocationNotice', 1, 27, { residence: 1 })] }),
    { duplicateNotices: 1 },
  ],
  ['no second letter', without('letter', 2), { missedNotices: 1 }],
  [
    'no first mail, so no second is asked for',
    without('mail', 1, without('mail', 2)),
    { missedNotices: 1 },
  ],
  [
    'no relocation notice',
    { ...evidence, notices: evidence.notices.filter((one) => one.kind === 'reminder') },
    { missedNotices: 1 },
  ],
  [
    'a second letter two days late',
    and({ notices: [left(letter, 'reminder', 2, 60)] }, without('letter', 2)),
    { missedNotices: 1 },
  ],
  [
    'a second letter a day late',
    and({ notices: [left(letter, 'reminder', 2, 59)] }, without('letter', 2)),
    {},
  ],
  [
    'a second letter a day early',
    and({ notices: [left(letter, 'reminder', 2, 57)] }, without('letter', 2)),
    { notOwedNotices: 1 },
  ],
  ['a third round', and({ notices: [left(letter, 'reminder', 3, 72)] }), { notOwedNotices: 1 }],
  [
    'a reminder to nobody dosed',
    and(
      { notices: [left(aPerson('p9'), 'reminder', 1, 44)] },
      {
        ...evidence,
        truth: { ...evidence.truth, people: [...evidence.truth.people, aPerson('p9')] },
      },
    ),
    { notOwedNotices: 1 },
  ],
  [
    'a letter to nobody we know',
    and({ notices: [left(aPerson('p8'), 'reminder', 1, 44)] }),
    { wrongPerson: 1 },
  ],
  [
    'a name on another one’s address',
    and(
      { notices: [left({ ...letter, name: mail.name }, 'reminder', 1, 44)] },
      without('letter', 1),
    ),
    { wrongPerson: 1, missedNotices: 1, notOwedNotices: 1 },
  ],
]

describe('one thing changed', () => {
  it.each(cases)('%s', (_, changed, expected) => {
    expect(verdict(changed)).toEqual({ ...nothingWrong, ...expected })
  })
})

describe('a move-in whose answer came after midnight', () => {
  it('may have been written down the day before', () => {
    const slow = evidence.told
      .filter((line) => line.personId !== 'p4' || line.kind !== 'ticket')
      .map((line) =>
        line.kind === 'moveIn'
          ? {
              ...line,
              ...told('p4', 'moveIn', 'residences/1', 23, { minute: 5 }),
              dueAt: line.campaignAt,
            }
          : line,
      )
    const notices = [left(moved, 'relocationNotice', 1, 29, { residence: 1 })]
    const stayed = { ...moved, doses: [moved.doses[0]!] }
    const given = {
      ...withPerson(evidence, stayed),
      told: slow.filter((line) => line.ref !== 'doses/1' || line.personId !== 'p4'),
    }
    const others = evidence.notices.filter((one) => one.kind === 'reminder')
    const { notOwedNotices } = assess({ ...given, notices: [...others, ...notices] })
    expect(notOwedNotices).toBe(0)
    const early = [left(moved, 'relocationNotice', 1, 28, { residence: 1 })]
    expect(assess({ ...given, notices: [...others, ...early] }).notOwedNotices).toBe(1)
  })
})

describe('what is owed to whom', () => {
  const only = (person: ReturnType<typeof aPerson>, ...lines: Evidence['told']): Evidence => ({
    truth: { header: { epoch: '2021-04-12', days: 140 }, people: [person] },
    told: lines,
    notices: [],
    letterPages: 0,
  })
  const missedOn = (given: Evidence) =>
    assess(given).complaints.map(({ counter, what }) => `${counter}: ${what}`)

  it.each([
    ['pfizer', on(1 + 22 + 21 + 1)],
    ['novavax', on(1 + 22 + 21 + 1)],
    ['moderna', on(1 + 29 + 21 + 1)],
    ['unknown', on(1 + 29 + 21 + 1)],
    ['astrazeneca', on(1 + 85 + 21 + 1)],
  ])('after %s the first round', (product, latest) => {
    const person = aPerson('p1', { doses: [aDose(1, 1, product)] })
    expect(missedOn(only(person, told('p1', 'scan', 'doses/0', 1)))).toEqual([
      `missed: reminder round 1 had to leave by ${latest}`,
    ])
  })

  it('is nothing while the second dose alone is known', () => {
    const person = aPerson('p1', { doses: [aDose(1, 1), aDose(2, 22)] })
    expect(missedOn(only(person, told('p1', 'scan', 'doses/1', 22)))).toEqual([])
  })

  it('starts with the record of a first dose that came late', () => {
    const person = aPerson('p1', { doses: [aDose(1, 1)] })
    expect(missedOn(only(person, told('p1', 'scan', 'doses/0', 90)))).toEqual([
      `missed: reminder round 1 had to leave by ${on(91)}`,
    ])
  })

  it('waits for a ticket to be announced, then counts the dose', () => {
    const person = aPerson('p1', {
      doses: [{ ...aDose(1, 1), ticket: { municipalityCode: '204510', number: '1000000001' } }],
    })
    const waiting = told('p1', 'scan', 'doses/0', 1, { verdict: 'waiting' })
    expect(missedOn(only(person, waiting))).toEqual([])
    expect(missedOn(only(person, waiting, told('p1', 'ticket', 'tickets/0', 80)))).toEqual([
      `missed: reminder round 1 had to leave by ${on(81)}`,
    ])
  })

  it('is held from the announced move-out until it is called off', () => {
    const residences = [aResidence(1, { moveOutPlannedOn: on(40) })]
    const person = aPerson('p1', { doses: [aDose(1, 1)], residences })
    const dose = told('p1', 'scan', 'doses/0', 1)
    const out = told('p1', 'moveOut', 'residences/0/moveOut', 30)
    const cancelled = told('p1', 'moveCancelled', 'residences/0/moveCancelled', 60)
    expect(missedOn(only(person, dose, out))).toEqual([])
    expect(missedOn(only(person, dose, out, cancelled))).toEqual([
      `missed: reminder round 1 had to leave by ${on(61)}`,
    ])
  })

  it('is not held by a move-out told after the move-in', () => {
    const residences = [
      aResidence(1, { to: on(20), moveOutPlannedOn: on(20) }),
      aResidence(1, { municipalityCode: nextVillage, from: on(20) }),
    ]
    const person = aPerson('p1', { doses: [aDose(1, 1)], residences })
    const lines = [
      told('p1', 'scan', 'doses/0', 1),
      told('p1', 'moveIn', 'residences/1', 22),
      told('p1', 'moveOut', 'residences/0/moveOut', 25),
    ]
    expect(missedOn(only(person, ...lines))).toEqual([
      `missed: reminder round 1 had to leave by ${on(45)}`,
      `missed: relocationNotice round 1 had to leave by ${on(30)}`,
    ])
  })

  it('lengthens with the records that come late in a town of fifty', () => {
    const late = Array.from({ length: 60 }, (_, i) =>
      aPerson(`p${i + 100}`, { doses: [aDose(1, 10), aDose(2, 12)] }),
    )
    const person = aPerson('p1', { doses: [aDose(1, 1)] })
    const given = only(
      person,
      told('p1', 'scan', 'doses/0', 1),
      ...late.map(({ id }) => told(id, 'scan', 'doses/1', 40)),
    )
    given.truth.people.push(...late)
    // Recorded 28 days after the shot: round 1 waits for 28 days instead of 21.
    expect(missedOn(given)).toEqual([`missed: reminder round 1 had to leave by ${on(52)}`])
  })
})
