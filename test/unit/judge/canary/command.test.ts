// Proves what the command `canary` says of a folder: nothing found, a leak, or names that prove nothing.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { makeTruth } from '../../../../simulator/generate.ts'
import { mark } from '../../../../simulator/marked.ts'
import { writeTruth } from '../../../../simulator/truth.ts'
import { sesshu } from '../../../support/command.ts'

const truth = makeTruth({ residents: 40, days: 30, seed: 3, rates: 'teaching' })
const marked = mark(truth)

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sesshu-canary-'))
  await mkdir(join(folder, 'log'))
})
afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

const canary = () => sesshu('canary', '--data-dir', folder, '--json')

it('T13: a clean folder is 0, a leak is 3 and named by its place, not by its word', async () => {
  await writeTruth(join(folder, 'truth.jsonl'), marked)
  await writeFile(join(folder, 'log', 'api.log'), 'nothing\n')
  const clean = await canary()
  expect(clean.code).toBe(0)
  expect(JSON.parse(clean.stdout)).toMatchObject({ files: 2, leaks: [] })
  expect(clean.stderr).toContain('100%')
  const { family } = marked.people[7]!.name
  await writeFile(join(folder, 'log', 'api.log'), `who: ${family}\n`)
  const leaking = await canary()
  expect(leaking.code).toBe(3)
  expect(JSON.parse(leaking.stdout).leaks).toEqual([
    { file: 'log/api.log', at: 5, what: 'familyName', how: 'utf8' },
  ])
  expect(leaking.stdout).not.toContain(family)
})

it('ordinary names, or no campaign at all, are refused with what to do', async () => {
  const nothing = await canary()
  expect(nothing).toMatchObject({ code: 2, stderr: expect.stringContaining('--marked') })
  await writeTruth(join(folder, 'truth.jsonl'), truth)
  const ordinary = await canary()
  expect(ordinary).toMatchObject({ code: 2, stderr: expect.stringContaining('--marked') })
})
