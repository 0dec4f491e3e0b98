/**
 * A town's office with its hands full, for the pages that clerks live in: an evening whose sheets do not fit,
 * batches in every state, differences, costs, files, texts, calls and envelopes, told with long names. Its
 * clock stands on 2021-07-05 as the site's does. A second town has begun nothing.
 */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { stateSocketOf } from '../../config/state-socket.ts'
import { connect } from '../../db/client.ts'
import { makeLetterText, releaseLetterText } from '../../db/queries/letter-texts.ts'
import { envelopeMarkOf } from '../../domain/envelope-mark.ts'
import { openDesk } from '../../state/desk.ts'
import { makeAsked } from '../../workers/file-maker.ts'
import { type Made, on, round1On, World } from '../db/activities/fixture.ts'
import { as, letTestTokenIn, type Staff, seedStaff } from './credentials.ts'
import { addBatches, addCosts, addDifferences, addLeftOut, addMails } from './office-rows.ts'
import { startSite } from './pages-site.ts'
import { aResident, otherTown, seedTowns, town } from './town.ts'

export type Office = Awaited<ReturnType<typeof openOffice>>

const today = on('2021-07-05')
const evening = 1140
const names = [
  ...['勅使河原', '見本', '小鳥遊', '長曽我部', '五百旗頭'],
  ...['マリア・フェルナンダ・デ・オリヴェイラ', '東海林', '西園寺'],
]
const address =
  '架空県架空市見本町大字長い名前字その先の小字1234番地56 メゾン・ド・ミホン中央公園前第二1203号室'

export async function openOffice() {
  const world = await World.open()
  await seedTowns(world.sql)
  // With the venue of the fixture's doses.
  await world.newTown()
  await letTestTokenIn(world.sql)
  const ids = await seedStaff(world.sql)
  const site = startSite(world.db, { isDemo: false })
  const state = connect(world.db.urls.sesshu_statistics, { name: 'test state', max: 1 })
  const desk = await openDesk({
    sql: state,
    log: { error: () => {} },
    socketPath: stateSocketOf(site.dataDir),
  })
  const paths: Record<string, string> = {}

  async function press(who: Staff, path: string, fields: Record<string, string>) {
    const answer = await site.app.request(path, {
      method: 'POST',
      headers: { ...as(who), 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(fields).toString(),
    })
    if (answer.status >= 400) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return answer
  }
  const office = { world, ids, site, press, paths, staff: ids }
  const made = await anEvening(office)
  await anOpenProposal(office)
  await addBatches(world.sql, { town, by: ids })
  await someTexts(office)
  await returnedAndCalled(office, made)
  await someFiles(office)
  await addDifferences(world.sql, {
    towns: [town, otherTown],
    courses: made.map((m) => m.courseId),
  })
  await addCosts(world.sql, { towns: [town, otherTown] })
  world.setDay(round1On)
  await addMails(world, town)
  world.setDay(today)
  paths.confirm = `/my/mail/confirm/${town}/${await aConfirmLink(world)}`
  paths.stop = `/my/mail/stop/${town}/${'0123456789abcdef'.repeat(2)}`
  // As registers number people.
  await world.sql`
    update resident r set register_number = n.number
      from (select id, to_char(1000000 + row_number() over (order by id), 'FM9999999') as number
              from resident where municipality_code = ${town}) n
     where n.id = r.id`
  const residents = await world.sql<{ id: string }[]>`
    select id from resident where municipality_code = ${town} order by register_number`
  paths.missing = `/imports/${await addLeftOut(
    world.sql,
    town,
    residents.map(({ id }) => id),
  )}/missing`
  return {
    ...office,
    close: async () => {
      await desk.close()
      await state.end({ timeout: 1 })
      await site.close()
      await world.close()
    },
  }
}

type Story = Pick<Office, 'world' | 'ids' | 'site' | 'press' | 'paths'>

/** Does what a batch's workflow would, until there is something to wait for. */
async function run({ activities }: World, batchOn: typeof today) {
  const asked = { municipalityCode: town, batchOn, workflowNowMs: 0 }
  for (;;) {
    const { step } = await activities.nextBatchStep(asked)
    if (step === 'seal') await activities.sealBatch(asked)
    else if (step === 'print') await activities.printBatch(asked)
    else if (step === 'reprint') await activities.reprintLetters(asked)
    else return
  }
}

/** Printed and half read: sheets are missing, read twice, void and of nobody's. */
async function anEvening({ world, press, paths }: Story): Promise<Made[]> {
  const made: Made[] = []
  for (let i = 0; i < 12; i++) {
    const family = names[i % names.length]!
    const person = await world.personWithDose({ town, family, ...(i % 2 && { address }) })
    world.setDay(round1On)
    await world.sendNotice(person)
    made.push(person)
  }
  world.setDay(round1On, evening)
  await run(world, round1On)
  const folder = join(world.dataDir, 'print', town)
  const manifest = JSON.parse(
    readFileSync(join(folder, `${town}-${round1On}.manifest.json`), 'utf8'),
  )
  const marks = (manifest.letters as { mark: string; pages: number }[]).map(
    ({ mark, pages }) => `${mark}/1/${pages}`,
  )
  const batch = `/batches/${town}/${round1On}`
  paths.batchPrinted = batch
  const [spoiled] = await world.attempts(made[0]!.courseId)
  await press('clerk', `${batch}/reprints`, { letter: spoiled!.id, reason: 'spoiled' })
  await run(world, round1On)
  const read = [
    ...marks.slice(0, 9),
    marks[1]!,
    marks[2]!,
    'F00D00000000/1/1',
    'これはマークではない',
  ]
  const own = envelopeMarkOf(spoiled!.id, 1, 1)
  await press('clerk', `${batch}/marks`, {
    readingId: randomUUID(),
    marks: [...read, own].join('\n'),
  })
  return made
}

/** Counted, with letters to look at; it waits for the one before. */
async function anOpenProposal({ world, paths }: Story): Promise<void> {
  await world.sql`
    update municipality_setting
       set release_automatically_up_to = 0, waits_for_reconciliation = true
     where municipality_code = ${town}`
  const day = on('2021-07-04')
  for (let i = 0; i < 5; i++) {
    const person = await world.personWithDose({ town, family: names[i]!, address })
    world.setDay(day)
    await world.sendNotice(person)
  }
  world.setDay(day, evening)
  await run(world, day)
  paths.batchProposed = `/batches/${town}/${day}`
  paths.sample = `${paths.batchProposed}/sample`
  world.setDay(today)
}

async function someTexts({ site, ids }: Story): Promise<void> {
  const key = { municipalityCode: town, kind: 'reminder' } as const
  const released = { opening: '{発行日}現在、{市区町村}に{回数}回目の記録がありません。' }
  const version = await makeLetterText(site.sql, key, { parts: released, by: ids.clerk })
  await releaseLetterText(site.sql, { ...key, version }, ids.municipalAdministrator)
  const draft = {
    opening: '{発行日}の時点で、{市区町村}には{回数}回目の接種の記録が届いていません。',
    details: '会場までの送迎があります。\n車いすのままお乗りいただけます。',
    contact: '平日 8時30分から17時15分まで（12時から13時を除く）',
    english: '{town} asks you to book your {dose} vaccination. Call {phone}.',
  }
  await makeLetterText(site.sql, key, { parts: draft, by: ids.clerk })
  await makeLetterText(
    site.sql,
    { municipalityCode: town, kind: 'lotRecall' },
    { parts: { contact: '平日 9時から17時まで' }, by: ids.municipalAdministrator },
  )
}

/** Envelopes that came back for several reasons, and whoever is to be called. */
async function returnedAndCalled({ world, press, paths }: Story, made: Made[]): Promise<void> {
  const reasons = ['addressUnknown', 'movedAway', 'refused', 'notCollected']
  for (const [i, reason] of reasons.entries()) {
    const [letter] = await world.attempts(made[i + 3]!.courseId)
    await press('clerk', '/returned', { mark: envelopeMarkOf(letter!.id, 1, 1), reason })
  }
  const back = await world.sql<{ id: string }[]>`
    select id from returned_letter order by returned_at`
  paths.returnedOne = `/returned/${back[0]!.id}`
  await press('clerk', `/returned/${back[1]!.id}/address`, {
    postcode: '160-0022',
    ...{ address, ground: 'ownRequest' },
  })
  paths.returnedDone = `/returned/${back[1]!.id}`
  const tasks: string[] = []
  for (const { courseId, residentId } of made.slice(6)) {
    const id = randomUUID()
    tasks.push(id)
    await world.sql`
      insert into task (municipality_code, id, kind, course_id, resident_id, occasion, opened_on)
      values (${town}, ${id}, 'followUp', ${courseId}, ${residentId}, ${randomUUID()}, '2021-06-30')`
  }
  const [first, second, third] = tasks as [string, string, string]
  paths.call = `/follow-ups/${first}`
  paths.callUncalled = `/follow-ups/${third}`
  const number = { number: '090-0000-1234', source: 'family' }
  await press('clerk', `${paths.call}/phone`, number)
  const call = { callId: randomUUID(), outcome: 'notReached' }
  await press('clerk', `${paths.call}/calls`, call)
  await press('clerk', `/follow-ups/${second}/calls`, {
    callId: randomUUID(),
    outcome: 'alreadyHadIt',
  })
  await press('clerk', '/follow-ups/next', {})
}

/** Asked for, agreed to, made, fetched, refused and put away. */
async function someFiles({ world, site, press, paths }: Story): Promise<void> {
  for (let i = 0; i < 3; i++) await aWaitingPerson(world, i)
  const make = () =>
    makeAsked({
      ...world.deps,
      ...{ vault: world.db.keyd.vault('worker'), clock: site.clock },
      dataDir: site.dataDir.root,
    })
  const agreed = async (path: string, fields: Record<string, string>) => {
    await press('clerk', path, fields)
    const [approval] = await world.sql`select id from approval order by asked_at desc limit 1`
    await press('municipalAdministrator', `/approvals/${approval!.id}/approve`, {})
    return approval!.id as string
  }
  const register = { file: 'vaccinationRegister', encoding: 'cp932' }
  const approvalId = await agreed('/exports', register)
  await press('clerk', '/exports/approved', { approvalId })
  await press('clerk', '/exports', { file: 'overdueList', encoding: 'utf-8-bom' })
  await press('clerk', '/exports', { file: 'statistics', encoding: 'utf-8-bom' })
  const form = { venueCode: '1310400018', givenOn: today, doseNumber: '1' }
  await press('clerk', '/paper/forms', form)
  await make()
  await press('clerk', '/paper/forms', { ...form, doseNumber: '2' })
  await make()
  await press('clerk', '/exports', { file: 'waitingList', encoding: 'utf-8' })
  await agreed('/exports', { ...register, encoding: 'utf-8', from: '2021-06-01', to: today })
  await press('clerk', '/paper/register', { file: 'registerPrint', pages: 'all' })
  await world.sql`update office_file set shortened = 31 where kind = 'vaccinationRegister'`
  const [forms] = await world.sql`
    select id from office_file where kind = 'doseForms' and rows > 0 limit 1`
  paths.paperBatch = `/paper/${forms!.id}`
}

async function aWaitingPerson(world: World, i: number): Promise<void> {
  const person = await aResident(world.db, { family: names[i]!, kana: `${i}ミホン ハナ` })
  const id = randomUUID()
  await world.sql`
    insert into course (id, home_municipality_code, home_resident_id, opened_because, cause, stage)
    values (${id}, ${town}, ${person.residentId}, 'wave', 'replanned', 'awaitingFirstDose')`
  await world.link(id, { town, residentId: person.residentId })
}

/** A link in a mail that asks whether the address is its reader's. Answers its secret. */
async function aConfirmLink({ sql }: World): Promise<string> {
  const { createHash } = await import('node:crypto')
  const secret = 'abcdefghijklmnopqrstuvwxyz012345'
  const token = createHash('sha256').update(secret).digest()
  await sql`
    insert into mail_link (municipality_code, token_sha256, resident_id, usable_until)
    select municipality_code, ${token}, resident_id, now() + interval '1 hour'
      from mail_address where municipality_code = ${town} limit 1`
  return secret
}
