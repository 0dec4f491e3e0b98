// The plan that lies in data/plan and the tests that data/controls.json names for it: each is there.
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  newestPlan,
  planControls,
  planText,
  planVersions,
} from '../../../db/oversight/plan-text.ts'

const root = resolve(import.meta.dirname, '../../..')
const controls = planControls()

describe('each promise', () => {
  it('is in both languages, section by section, in the same order', () => {
    const { ja, en } = newestPlan().documents
    const ids = (plan: typeof ja) =>
      plan.sections.map(({ promises }) => promises.map(({ id }) => id))
    expect(ids(ja)).toEqual(ids(en))
    expect(ja.sections.map(({ body }) => body.length > 0)).toEqual(
      en.sections.map(({ body }) => body.length > 0),
    )
  })

  it('leaks no English into the Japanese text, but names of things', () => {
    const known = /Temporal|keyd|AES-256-GCM|DPoP|[A-Z]\d{1,2}/g
    const left =
      newestPlan()
        .texts.ja.replaceAll(known, '')
        .match(/[A-Za-z]{2,}/g) ?? []
    expect(left).toEqual([])
  })

  it.each(controls.map((control) => [control.id, control] as const))(
    '%s names tests that exist',
    (_id, control) => {
      for (const { file, name } of control.tests) {
        const path = resolve(root, file)
        expect(existsSync(path), file).toBe(true)
        expect(plain(readFileSync(path, 'utf8')), `${file}: ${name}`).toContain(plain(name))
      }
    },
  )

  it('of a drill is marked', () => {
    expect(controls.filter(({ isDrill }) => isDrill).map(({ id }) => id)).toEqual([
      'T1',
      'T2',
      'T3',
      'T4',
    ])
  })
})

/** A title in source may stand in other quotes, and escape its own. */
const plain = (text: string) => text.replaceAll('\\', '')

it('versions are numbered from 1 without a gap, and there is no other', () => {
  expect(planVersions()).toEqual(planVersions().map((_, i) => i + 1))
  expect(planText(planVersions().length + 1)).toBeUndefined()
})
