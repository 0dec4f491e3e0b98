/** A pack as a running system makes one, made up. */
import { planControls } from '../../../db/oversight/plan-text.ts'
import { proveControls, type TestRun } from '../../../domain/control.ts'
import type { PlainDate } from '../../../domain/course.ts'
import { decidePiaForm } from '../../../domain/pia-form.ts'
import { purposeFields } from '../../../domain/purpose-fields.ts'
import { type Pack, packFormat } from '../../../evidence/pack.ts'

/** A run in which every test that a promise names has passed. */
export function passingRun(without: string[] = []): TestRun {
  const tests = planControls()
    .filter(({ id }) => !without.includes(id))
    .flatMap((control) => control.tests)
    .map(({ file, name }) => ({ file, name, status: 'passed' as const }))
  return {
    format: 'sesshu-tests/1',
    ranAt: '2026-11-25T00:00:00.000Z',
    commit: 'a'.repeat(40),
    tests,
  }
}

export function samplePack(more: Partial<Pack> = {}): Pack {
  const run = passingRun()
  const people = ['resident', 'person', 'dose', 'course', 'notice', 'access_ledger']
  return {
    format: packFormat,
    municipality: { code: '131041', name: '東京都新宿区' },
    writtenAt: '2026-11-25T10:23:00.000Z',
    on: '2026-11-25' as PlainDate,
    software: { version: '0.1.0', commit: 'a'.repeat(40) },
    pia: {
      ...decidePiaForm(
        { persons: 346_000, handlers: 120, hadSeriousAccident: false },
        '2026-11-25' as PlainDate,
      ),
      arePersonsCounted: false,
      areHandlersCounted: true,
    },
    plan: {
      inForce: 1,
      acceptedAt: '2026-11-20T01:00:00.000Z',
      newest: 1,
      sha256: { ja: '1'.repeat(64), en: '2'.repeat(64) },
      answers: [
        {
          municipalityCode: '131041',
          version: 1,
          answer: 'accepts',
          comment: null,
          answeredAt: new Date('2026-11-20T01:00:00Z'),
        },
        {
          municipalityCode: '131041',
          version: 1,
          answer: 'objects',
          comment:
            '端末の鍵の保管について、もう一度の説明を求めます。\n庁内の手順が決まるまで保留します。',
          answeredAt: new Date('2026-11-18T05:30:00Z'),
        },
      ],
    },
    access: [
      ...people.flatMap((table) => [
        {
          table,
          role: 'sesshu_api',
          purpose: 'recordDose',
          reach: 'town' as const,
          commands: ['select', 'insert', 'update'],
          columns: null,
        },
        {
          table,
          role: 'sesshu_api',
          purpose: 'manageRegister',
          reach: 'town' as const,
          commands: ['select', 'insert', 'update'],
          columns: null,
        },
        {
          table,
          role: 'sesshu_worker',
          purpose: 'sendNotice',
          reach: 'town' as const,
          commands: ['select'],
          columns: ['id', 'given_on'],
        },
      ]),
      {
        table: 'plan_answer',
        role: 'sesshu_api',
        purpose: '',
        reach: 'open',
        commands: ['select', 'insert'],
        columns: null,
      },
      {
        table: 'venue',
        role: 'sesshu_worker',
        purpose: '',
        reach: 'open',
        commands: ['select'],
        columns: null,
      },
    ],
    crossings: [
      {
        name: 'linked_doses',
        callers: ['sesshu_api', 'sesshu_worker'],
        columns: ['id', 'given_on'],
      },
    ],
    sealedFields: Object.entries(purposeFields).map(([purpose, { clients, fields }]) => ({
      ...{ purpose, clients, fields },
    })),
    keys: {
      store: 'files',
      versions: [2, 3],
      counts: [{ municipalityCode: '131041', keyVersion: 3, residents: 346_000 }],
    },
    retention: [
      {
        class: 'letterContent',
        holds: { ja: '封をした手紙の文面（封緘）', en: 'text of a sealed letter, sealed' },
        purpose: {
          ja: '障害のあとも同じ手紙を印刷する',
          en: 'the same letter is printed after a crash',
        },
        period: {
          ja: '印刷まで。取り下げて残ったものは7日',
          en: 'until it is printed; what was withdrawn, 7 days',
        },
        lastOn: '2026-11-24',
        rows: 1_204,
      },
    ],
    ledger: {
      origin: 'sesshu.invalid/ledger/0123456789ab',
      size: 1_234_567,
      root: 'q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s=',
      signedAt: '2026-11-25T10:22:00.000Z',
      verdict: {
        isIntact: true,
        rows: 1_234_570,
        heads: 4_321,
        witnessedRows: 1_234_567,
        witnessSeenAt: '2026-11-25T10:22:30.000Z',
      },
    },
    emergencies: { uses: 3, reviewed: 2, waiting: 0, late: 1 },
    incidents: [
      {
        id: 'i',
        municipalityCode: '131041',
        knownOn: '2026-11-20' as PlainDate,
        isMalicious: true,
        isSealed: false,
        caseReference: '2026/1120-1',
        promptOn: '2026-11-23' as PlainDate,
        finalOn: null,
      },
    ],
    run: { ranAt: run.ranAt, commit: run.commit, tests: 2_345 },
    proofs: proveControls(planControls(), run),
    shortfalls: [],
    ...more,
  }
}
