// A real process killed with SIGKILL between "due" and "posted", before any message it sends and any file
// it puts in place: every letter leaves once, none is lost, and the figures are printed. More rounds with
// CRASH_ROUNDS; another course of them with CRASH_SEED.

import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { tokyoInstant } from '../../../domain/calendar.ts'
import { readLetters } from '../../../judge/letters.ts'
import { seedStaff } from '../../support/credentials.ts'
import { type Made, round1On, World } from '../activities/fixture.ts'

const rounds = Number(process.env.CRASH_ROUNDS ?? 1)
const seed = Number(process.env.CRASH_SEED ?? Date.now() % 1_000_000)
const lettersEach = 3
const killsEach = 4
const evening = 1140

let world: World
let account: string
beforeAll(async () => {
  world = await World.open()
  account = (await seedStaff(world.sql)).printOperator
})
afterAll(() => world.close())

/** A small generator of our own: the same seed, the same kills. */
function numbersFrom(start: number): (below: number) => number {
  let state = start >>> 0
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

type Ended = { killed: boolean; steps?: number; complaint: string }

function start(town: string, made: Made[], killAt: number): Promise<Ended> {
  const asked = {
    workerUrl: world.db.urls.sesshu_worker,
    apiUrl: world.db.urls.sesshu_api,
    socketPath: world.db.keyd.socketPath,
    token: world.db.keyd.token('worker'),
    dataDir: world.dataDir,
    ...{ town, day: round1On, account, killAt },
    campaignMs: Date.parse(tokyoInstant(round1On, evening)),
    notices: made.map(({ courseId, doseId }) => ({ courseId, occasion: doseId })),
  }
  const path = join(import.meta.dirname, '..', '..', 'support', 'evening-process.ts')
  const child = spawn(process.execPath, ['--import', 'tsx', path, JSON.stringify(asked)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let complaint = ''
  child.stdout.on('data', (text) => {
    out += text
  })
  child.stderr.on('data', (text) => {
    complaint += text
  })
  return new Promise((resolve) => {
    child.on('close', (_code, signal) => {
      const steps = out ? (JSON.parse(out) as { steps: number }).steps : undefined
      resolve({ killed: signal === 'SIGKILL', complaint, ...(steps !== undefined && { steps }) })
    })
  })
}

async function aTown(): Promise<{ town: string; made: Made[] }> {
  const town = await world.newTown({ waits: true })
  const made: Made[] = []
  for (let i = 0; i < lettersEach; i += 1) made.push(await world.personWithDose({ town }))
  return { town, made }
}

test(`every letter leaves once, whatever is killed (seed ${seed})`, async () => {
  const whole = await aTown()
  const { steps, complaint } = await start(whole.town, whole.made, 0)
  expect(complaint).toBe('')
  const pick = numbersFrom(seed)
  const towns: { town: string; made: Made[]; kills: number }[] = [{ ...whole, kills: 0 }]
  await Promise.all(
    Array.from({ length: rounds }, async () => {
      const one = await aTown()
      let kills = 0
      for (;;) {
        // Each begins where the one before fell; the last is let live.
        const killAt = kills < killsEach ? 1 + pick(steps!) : 0
        const ended = await start(one.town, one.made, killAt)
        if (!ended.killed) {
          expect(ended.complaint).toBe('')
          break
        }
        kills += 1
      }
      towns.push({ ...one, kills })
    }),
  )
  const { notices } = await readLetters(join(world.dataDir, 'letters'))
  const printed = new Map<string, number>()
  for (const { noticeId } of notices) printed.set(noticeId, (printed.get(noticeId) ?? 0) + 1)
  let lost = 0
  let twice = 0
  for (const { town, made } of towns) {
    const [batch] = await world.sql`
      select state, letters, pages from letter_batch where municipality_code = ${town}`
    expect(batch).toEqual({ state: 'posted', letters: lettersEach, pages: lettersEach })
    expect(readdirSync(join(world.dataDir, 'print', town))).toEqual([])
    const manifest = JSON.parse(
      readFileSync(join(world.dataDir, 'letters', `${town}-${round1On}.manifest.json`), 'utf8'),
    )
    expect(manifest.letters).toHaveLength(lettersEach)
    for (const { courseId } of made) {
      expect(await world.notices(courseId)).toMatchObject([{ state: 'left' }])
      const letters = await world.attempts(courseId)
      expect(letters).toMatchObject([{ state: 'sealed' }])
      const times = printed.get(letters[0]!.id) ?? 0
      if (times === 0) lost += 1
      if (times > 1) twice += 1
    }
    expect(
      await world.sql`select from letter_content where municipality_code = ${town}`,
    ).toHaveLength(0)
  }
  const kills = towns.reduce((sum, town) => sum + town.kills, 0)
  const letters = towns.length * lettersEach
  process.stdout.write(
    `evening crashes: seed ${seed}, ${steps} steps a town, ${kills} kills, ${letters} letters, ` +
      `${twice} twice, ${lost} lost\n`,
  )
  expect({ kills: kills > 0, twice, lost }).toEqual({ kills: true, twice: 0, lost: 0 })
}, 600_000)
