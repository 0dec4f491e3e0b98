// Mails before the due date and invitations: owed, missed, wrong and not owed, each by its own counter.
import { describe, expect, it } from 'vitest'
import { type Assessment, assess } from '../../../judge/assess.ts'
import type { Evidence } from '../../../judge/evidence.ts'
import type { TruthPerson } from '../../../judge/truth-file.ts'
import { aDose, aPerson, days, epoch, left, on, told, village } from './story.ts'

const ladder = {
  preDueDays: 7,
  invitationAfterDays: 30,
  quietWeekdays: [0],
  holidaysAreQuiet: true,
}

function story(person: TruthPerson, evidence: Partial<Evidence>): Evidence {
  const waves = [{ municipalityCode: village, bornOnOrBefore: '1957-04-01' }]
  return {
    truth: { header: { epoch, days, ladder, waves }, people: [person] },
    told: evidence.told ?? [],
    notices: evidence.notices ?? [],
    letterPages: 0,
  }
}

function counters(evidence: Evidence) {
  const { missedNotices, notOwedNotices, duplicateNotices, wrongNotices, owed }: Assessment =
    assess(evidence)
  const { dosedAndRecorded, dead, protected: protectedOnes } = wrongNotices
  return {
    owed,
    missed: missedNotices,
    notOwed: notOwedNotices,
    duplicate: duplicateNotices,
    wrong: dosedAndRecorded + dead + protectedOnes,
  }
}

const right = { owed: 1, missed: 0, notOwed: 0, duplicate: 0, wrong: 0 }

describe('a mail before the due date', () => {
  // Pfizer on day 8: due on day 29, the mail from day 22 (Tuesday, 2021-05-04: a holiday, like the day after).
  const mail = aPerson('p1', { mail: 'p1@mail.invalid', doses: [aDose(1, 8), aDose(2, 29)] })
  const first = told('p1', 'scan', 'doses/0', 8)
  const second = told('p1', 'scan', 'doses/1', 29)
  const mailOn = (day: number) => left(mail, 'preDue', 1, day)
  const verdict = (evidence: Partial<Evidence>) => counters(story(mail, evidence))

  it('leaves on the first day that is not quiet', () => {
    expect(verdict({ told: [first, second], notices: [mailOn(24)] })).toEqual(right)
  })
  it('is missed when it does not leave, or later than the day after', () => {
    expect(verdict({ told: [first, second] })).toEqual({ ...right, missed: 1 })
    expect(verdict({ told: [first, second], notices: [mailOn(27)] })).toMatchObject({ missed: 1 })
  })
  it('is owed to nobody whose address is not verified, where links are opened', () => {
    const other = told('p9', 'mailVerified', 'mail', 2)
    expect(verdict({ told: [first, second, other] })).toMatchObject({ owed: 0, missed: 0 })
    const own = told('p1', 'mailVerified', 'mail', 2)
    expect(verdict({ told: [first, second, other, own] })).toMatchObject({ missed: 1 })
  })
  it('is not owed a day too early, nor a second time', () => {
    const early = verdict({ told: [first, second], notices: [mailOn(21)] })
    expect(early).toMatchObject({ notOwed: 1 })
    const twice = verdict({ told: [first, second], notices: [mailOn(24), mailOn(25)] })
    expect(twice).toMatchObject({ duplicate: 1, missed: 0 })
  })
  it('is wrong for whoever was dosed and recorded', () => {
    const before = told('p1', 'scan', 'doses/1', 23)
    expect(verdict({ told: [first, before], notices: [mailOn(24)] })).toMatchObject({ wrong: 1 })
  })
})

describe('an invitation', () => {
  const tickets = [{ municipalityCode: village, number: '1000000001', issuedOn: '2021-03-22' }]
  const person = aPerson('p1', { tickets })
  const wave = { ...told('', 'wave', 'waves/0', 0) }
  // Thirty days after the wave: a Wednesday.
  const letterOn = (day: number) => left(person, 'invitation', 1, day)
  const verdict = (evidence: Partial<Evidence>, who = person) => counters(story(who, evidence))

  it('leaves thirty days after the wave', () => {
    expect(verdict({ told: [wave], notices: [letterOn(30)] })).toEqual(right)
  })
  it('is missed when it does not leave', () => {
    expect(verdict({ told: [wave] })).toEqual({ ...right, missed: 1 })
  })
  it('is owed to nobody whose group was not called up, or who has no ticket', () => {
    expect(verdict({})).toMatchObject({ owed: 0, missed: 0 })
    expect(verdict({ told: [wave] }, aPerson('p1', { tickets: [] }))).toMatchObject({ missed: 0 })
    const early = verdict({ told: [wave], notices: [letterOn(29)] })
    expect(early).toMatchObject({ notOwed: 1 })
  })
  it('is wrong for whoever was dosed, and for the dead', () => {
    const came = aPerson('p1', { tickets, doses: [aDose(1, 5), aDose(2, 26)] })
    const scans = [told('p1', 'scan', 'doses/0', 5), told('p1', 'scan', 'doses/1', 26)]
    const dosed = { told: [wave, ...scans], notices: [letterOn(30)] }
    expect(verdict(dosed, came)).toMatchObject({ wrong: 1, missed: 0 })
    const died = { told: [wave, told('p1', 'death', 'death', 21)], notices: [letterOn(30)] }
    expect(verdict(died, { ...person, death: { on: on(20) } })).toMatchObject({ wrong: 1 })
  })
})

it('word of a recalled lot that nobody was told of is not owed', () => {
  const person = aPerson('p1', { doses: [aDose(1, 8), aDose(2, 29)] })
  const scans = [told('p1', 'scan', 'doses/0', 8), told('p1', 'scan', 'doses/1', 29)]
  const notices = [left(person, 'lotRecall', 1, 40)]
  expect(counters(story(person, { told: scans, notices }))).toMatchObject({ notOwed: 1, wrong: 0 })
})
