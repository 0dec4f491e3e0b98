// The judge reads real PDFs and real mails, and sees each fault that is planted in a copy of them.
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readEvidence } from '../../../judge/evidence.ts'
import type { DatabaseFigures } from '../../../judge/figures.ts'
import type { LeftNotice } from '../../../judge/left-notice.ts'
import { type PlantKind, plant, plantKinds } from '../../../judge/plant.ts'
import { judge } from '../../../judge/report.ts'
import { writeFolder } from './folder.ts'
import { aPerson, aStory, left, village } from './story.ts'

const { evidence, letter, mail, moved } = aStory()
const [first, second, firstMail, secondMail, relocation] = evidence.notices as [
  ...typeof evidence.notices,
]
const sent = [
  { notice: first!, person: letter },
  { notice: second!, person: letter },
  { notice: firstMail!, person: mail },
  { notice: secondMail!, person: mail },
  { notice: relocation!, person: moved, residence: 1 },
]
const figures: DatabaseFigures = {
  courses: { inFollowUp: 2, complete: 2 },
  suppressed: { dosed: 1 },
  heldScans: 1,
  waitingScans: 2,
  doseRows: [
    {
      scanId: 'p1 scan doses/0 1',
      municipalityCode: village,
      registerNumber: '451-1',
    },
  ],
}

const folders: string[] = []
let folder = ''

beforeAll(async () => {
  folder = await writeFolder(evidence, sent, figures)
  folders.push(folder)
})

afterAll(async () => {
  for (const one of folders) await rm(one, { recursive: true, force: true })
})

describe('a finished folder', () => {
  it('is read back from its papers', async () => {
    const { notices, letterPages } = await readEvidence(folder)
    expect(letterPages).toBe(3)
    const factsOf = ({ noticeId, channel, kind, round, day, left }: LeftNotice) =>
      JSON.stringify([noticeId, channel, kind, round, day, left])
    expect(notices.map(factsOf).sort()).toEqual(evidence.notices.map(factsOf).sort())
  })

  it('is right, and says so in counts', async () => {
    const report = await judge({ dataDir: folder })
    expect(report).toMatchObject({
      residents: 4,
      firstDoses: 4,
      secondDoses: 2,
      relocations: 1,
      deaths: 0,
      owed: 5,
      noticesSent: 5,
      mails: 2,
      letters: 3,
      letterPages: 3,
      ...figuresShown,
      wrongPersonDoses: 0,
      isRight: true,
      complaints: [],
    })
  })

  it('counts a dose that is written down for another', async () => {
    const row = { ...figures.doseRows[0]!, registerNumber: '451-2' }
    const wrong = await writeFolder(evidence, [], { ...figures, doseRows: [row] })
    folders.push(wrong)
    expect(await judge({ dataDir: wrong })).toMatchObject({ wrongPersonDoses: 1, isRight: false })
  })

  it('counts a dose that nobody told of', async () => {
    const row = { ...figures.doseRows[0]!, scanId: 'from nowhere' }
    const wrong = await writeFolder(evidence, [], { ...figures, doseRows: [row] })
    folders.push(wrong)
    expect(await judge({ dataDir: wrong })).toMatchObject({ wrongPersonDoses: 1, isRight: false })
  })

  it('finds names that no font shows by their kana', async () => {
    const names = [
      { family: '𠮷髙﨑', given: '例太', kana: 'ヨシタカザキ レイタ' },
      { family: '架\uE001野', given: '例子', kana: 'カリノ レイコ' },
    ]
    const people = names.map((name, i) => aPerson(`p${i + 1}`, { name }))
    const notices = people.map((person) => ({ person, notice: left(person, 'reminder', 1, 44) }))
    const rare = await writeFolder({ ...evidence, truth: { ...evidence.truth, people } }, notices)
    folders.push(rare)
    const { wrongNotices } = await judge({ dataDir: rare })
    expect(wrongNotices.wrongPerson).toBe(0)
  })
})

const { doseRows: _, ...figuresShown } = figures

const countersOf = ({ missedNotices, duplicateNotices, notOwedNotices, wrongNotices }: Judged) => ({
  missedNotices,
  duplicateNotices,
  notOwedNotices,
  ...wrongNotices,
})
type Judged = Awaited<ReturnType<typeof judge>>

const counterOf: Record<PlantKind, string> = {
  dead: 'dead',
  left: 'leftAddress',
  dosed: 'dosedAndRecorded',
  protected: 'protected',
  duplicate: 'duplicateNotices',
  missed: 'missedNotices',
}

describe('a plant', () => {
  it.each(plantKinds)('%s is seen, and it alone', async (kind) => {
    const into = `${folder}-${kind}`
    folders.push(into)
    await plant({ from: folder, into, kind })
    const report = await judge({ dataDir: into })
    const moved = Object.entries(countersOf(report)).filter(([, count]) => count > 0)
    expect(moved).toEqual([[counterOf[kind], expect.any(Number)]])
    expect(report.isRight).toBe(false)
    expect(report.wrongPersonDoses).toBe(0)
  })

  it('leaves the folder itself as it was', async () => {
    expect((await judge({ dataDir: folder })).isRight).toBe(true)
    expect(await readdir(join(folder, 'mail'))).toHaveLength(2)
  })

  it('refuses a folder that is there already', async () => {
    await expect(plant({ from: folder, into: folder, kind: 'missed' })).rejects.toThrow(/EEXIST/)
  })
})

it('looks at nothing that the sender writes about itself', async () => {
  const entries = await readdir('judge', { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  const sources = await Promise.all(
    files.map((file) => readFile(join(file.parentPath, file.name), 'utf8')),
  )
  const imported = sources.flatMap((source) =>
    [...source.matchAll(/from '([^']+)'/g)].map(([, from]) => from!),
  )
  // One folder up is still the judge's own.
  const allowed = /^(\.\/|\.\.\/[a-z-]+\.ts$|node:|zod$|mailparser$|pdfjs-dist\/|postgres$)/
  expect(imported.length).toBeGreaterThan(20)
  expect(imported.filter((from) => !allowed.test(from))).toEqual([])
  expect(sources.filter((source) => /manifest|notice_attempt|index\.csv/.test(source))).toEqual([])
})
