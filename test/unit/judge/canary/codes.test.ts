// Proves that the canary knows the codes of the letters that were delivered, and where protected people
// can be reached: with real letters, what it plants itself is found, and what is delivered is no leak.
import { randomInt } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { groupedLetterCode, newLetterCode } from '../../../../domain/letter-code.ts'
import { canary, markersOf } from '../../../../judge/canary/canary.ts'
import { renderLetterBatch } from '../../../../letters/batch.ts'
import { makeTruth } from '../../../../simulator/generate.ts'
import { mark } from '../../../../simulator/marked.ts'
import { writeTruth } from '../../../../simulator/truth.ts'
import { aLetter, day, town } from '../../letters/notices.ts'

const truth = mark(makeTruth({ residents: 60, days: 30, seed: 3, rates: 'teaching' }))
const codes = Array.from({ length: 3 }, () => newLetterCode(town.code, randomInt))

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sesshu-canary-'))
  for (const name of ['log', 'letters', 'mail']) await mkdir(join(folder, name))
  await writeTruth(join(folder, 'truth.jsonl'), truth)
  const addresses = ['https://sesshu.example.jp/my', 'https://12.example/my', undefined]
  const letters = codes.map((code, i) =>
    aLetter({ access: { code, ...(addresses[i] && { address: addresses[i] }) } }),
  )
  const { pdf } = await renderLetterBatch({
    ...{ municipality: town, date: day('2021-07-14'), letters },
  })
  await writeFile(join(folder, 'letters', 'batch.pdf'), pdf)
})
afterEach(() => rm(folder, { recursive: true, force: true }))

it('T13: every code on a delivered letter is looked for, grouped and plain; delivered it is no leak', async () => {
  const wanted = codes.flatMap((code) => [code, groupedLetterCode(code)])
  const known = (await markersOf(folder)).filter(({ what }) => what === 'letterCode')
  expect(known.map(({ text }) => text).sort()).toEqual(wanted.sort())
  expect((await canary(folder)).leaks).toEqual([])
  const planted = [codes[0]!, groupedLetterCode(codes[1]!)]
  await writeFile(join(folder, 'log', 'worker.log'), `{"code":"${planted[0]}"}\n`)
  await writeFile(join(folder, 'temporal.db'), Buffer.from(planted[1]!).toString('base64'))
  const { leaks } = await canary(folder)
  expect(leaks.map(({ file, what }) => [file, what])).toEqual(
    expect.arrayContaining([
      ['log/worker.log', 'letterCode'],
      ['temporal.db', 'letterCode'],
    ]),
  )
  expect(JSON.stringify(leaks)).not.toContain(planted[0])
})

it('T14: where a protected person can be reached is found wherever it lies', async () => {
  const { delivery } = truth.people.find((person) => person.delivery)!
  await writeFile(join(folder, 'log', 'api.log'), `${delivery!.address}\n`)
  expect((await canary(folder)).leaks).toEqual([
    { file: 'log/api.log', at: 0, what: 'delivery', how: 'utf8' },
  ])
})
