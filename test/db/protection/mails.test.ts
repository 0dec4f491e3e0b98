// T14: a mail that waits when somebody of its person's household comes under protection is not sent.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startMailSender } from '../../../workers/mail-sender.ts'
import { until } from '../../support/until.ts'
import { type Made, round1On, World } from '../activities/fixture.ts'

let world: World
beforeAll(async () => {
  world = await World.open()
})
afterAll(() => world.close())

async function live(made: Pick<Made, 'town' | 'residentId'>): Promise<void> {
  await world.sql`
    insert into household_member (municipality_code, resident_id, from_on, household)
    values (${made.town}, ${made.residentId}, '2020-01-01', ${Buffer.alloc(16, 5)})`
}

test.each([
  ['still shared', '2020-01-01', 0],
  ['left before', '2021-06-12', 1],
])('a household that is %s', async (_when, otherSince, mails) => {
  const town = await world.newTown()
  const made = await world.personWithDose({ town, mail: 'mihon@example.invalid' })
  const other = { town, residentId: await world.resident({ town }) }
  for (const each of [made, other]) await live(each)
  if (mails === 1) {
    await world.sql`
      insert into household_member (municipality_code, resident_id, from_on, household)
      values (${town}, ${other.residentId}, ${otherSince}, ${Buffer.alloc(16, 6)})`
  }
  world.setDay(round1On)
  await world.sendNotice(made)
  await world.protect(other, round1On)

  const sent: string[] = []
  const { deps } = world
  const sender = startMailSender({
    ...deps,
    concurrency: 2,
    mailer: {
      send: async (_message, { to }) => {
        sent.push(to)
        return { outcome: 'accepted' }
      },
    },
  })
  await until(async () => (await world.notices(made.courseId))[0]?.state !== 'queued')
  await sender.stop()
  expect(sent).toHaveLength(mails)
  expect(await world.tasks(made.courseId)).toHaveLength(1 - mails)
})
