// The pack as a reader sees it: nothing outside the page, nothing over something else, no English in the Japanese.
import { beforeAll, describe, expect, it } from 'vitest'
import { planControls } from '../../../db/oversight/plan-text.ts'
import { processRoles } from '../../../db/roles.ts'
import { proveControls } from '../../../domain/control.ts'
import { flows, processRole, systemProcesses } from '../../../domain/data-flow.ts'
import { renderPack } from '../../../evidence/render.ts'
import { geta } from '../../../i18n/notices-legible.ts'
import { systemParts } from '../../../supervisor/system.ts'
import { type PlacedText, type ReadPdf, readPdf } from '../letters/read-pdf.ts'
import { passingRun, samplePack } from './sample-pack.ts'

const fingerprint = 'f'.repeat(64)
const flat = ({ pages }: ReadPdf) => pages.map((page) => page.flat).join('')

describe.each(['ja', 'en'] as const)('the pack in %s', (lang) => {
  let pdf: ReadPdf
  beforeAll(async () => {
    pdf = await readPdf(await renderPack(samplePack(), lang, fingerprint))
  })

  it('keeps inside its margins on every page', () => {
    const outside = pdf.pages.flatMap(({ texts }) =>
      texts.filter(({ x, y, width }) => x < 19.5 || x + width > 191 || y > 291 || y < 15),
    )
    expect(outside).toEqual([])
  })

  it('writes nothing over something else', () => {
    const over = pdf.pages.flatMap(({ texts }) =>
      texts.flatMap((one, at) => texts.slice(at + 1).filter((other) => areOver(one, other))),
    )
    expect(over).toEqual([])
  })

  it('lacks no letter, and is tagged in its own language', () => {
    expect(flat(pdf)).not.toContain(geta)
    expect(pdf.isMarked).toBe(true)
    expect(pdf.outlineOfTags).toEqual(expect.arrayContaining(['H1', 'H2', 'P', 'Table', 'Figure']))
  })

  it('numbers its pages', () => {
    for (const [at, page] of pdf.pages.entries()) {
      expect(page.flat).toContain(`${at + 1}/${pdf.pages.length}`)
    }
  })

  it('names every promise, the form, the plan, the keys, the ledger and who vouches', () => {
    const text = flat(pdf)
    for (const { id, words } of planControls()) {
      expect(text).toContain(id)
      expect(text).toContain(words[lang].promise.replaceAll(/\s/g, ''))
    }
    for (const said of ['346,000', '1,234,570', fingerprint, 'AES-256-GCM', '2026/1120-1']) {
      expect(text).toContain(said)
    }
  })

  it('says of what is missing that it is', async () => {
    const proofs = proveControls(planControls(), passingRun(['K2']))
    const shortfalls = [{ kind: 'unproven' as const, control: 'K2' }, { kind: 'keydAway' as const }]
    const lacking = samplePack({ proofs, shortfalls, keys: null, run: null })
    const text = flat(await readPdf(await renderPack(lacking, lang, fingerprint)))
    expect(text).toContain('■')
    expect(text).toContain(
      lang === 'ja' ? '約束K2を示す試験が合格していません' : 'PromiseK2hasnopassingtest',
    )
    expect(text).toContain(lang === 'ja' ? 'まだ使えません' : 'noevidenceyet')
  })
})

it('no English leaks into the Japanese pack, but names of things and of tests', async () => {
  const { pages } = await readPdf(await renderPack(samplePack(), 'ja', fingerprint))
  const known = new Set(
    (
      'api state worker relay sealer keyd importer monitor sticks USB Temporal PostgreSQL PDF AES GCM HMAC SHA DPoP PKCS manifest json ' +
      'sig evidence pub npx sesshu openssl pkeyutl verify pubin inkey rawin sigfile results npm test ' +
      'invalid ledger linked_doses'
    ).split(' '),
  )
  const words = pages
    .flatMap(({ texts }) => texts)
    // The exact names of tests are set smaller than anything else; hashes are no language.
    .filter(({ size }) => size > 7.6)
    .flatMap(
      ({ text }) =>
        text.replaceAll(/[0-9a-f]{12,}|q6urq6\S*|[\w.]*Ed25519/g, '').match(/[A-Za-z_]{3,}/g) ?? [],
    )
    .filter((word) => !known.has(word))
  expect(words).toEqual([])
})

it('the same pack gives the same bytes', async () => {
  const one = await renderPack(samplePack(), 'ja', fingerprint)
  expect(Buffer.from(await renderPack(samplePack(), 'ja', fingerprint)).equals(one)).toBe(true)
})

it('a comment with letters that no font has is shown with a mark in their place', async () => {
  const plan = samplePack().plan
  const answers = [{ ...plan.answers[0]!, comment: '外字\ue000です\u0007' }]
  const pdf = await readPdf(
    await renderPack(samplePack({ plan: { ...plan, answers } }), 'ja', fingerprint),
  )
  expect(flat(pdf)).toContain(`外字${geta}です`)
})

it('the drawing knows the processes and roles that there are', () => {
  const roles: readonly string[] = processRoles
  expect(Object.values(processRole).filter((role) => !roles.includes(role))).toEqual([])
  expect(new Set(flows.map(({ id }) => id)).size).toBe(flows.length)
  const place = {
    dir: { run: '', root: '', ledger: '' },
    ports: {},
    hasOwnMailSink: false,
    database: {},
    temporal: { isOwn: false },
  }
  const names = systemParts(place as never, {} as never, {} as never).flatMap((part) =>
    'process' in part ? [part.process.name] : [],
  )
  const known: string[] = [...systemProcesses]
  expect(names.filter((name) => !known.includes(name))).toEqual([])
  expect(known.filter((name) => !names.includes(name))).toEqual([])
})

/** By the box of the letters, a little smaller than the line. */
function areOver(one: PlacedText, other: PlacedText): boolean {
  const box = ({ x, y, width, size }: PlacedText) => {
    const height = (size * 25.4) / 72
    return {
      left: x + 0.2,
      right: x + width - 0.2,
      top: y - height * 0.7,
      bottom: y - height * 0.1,
    }
  }
  const [a, b] = [box(one), box(other)]
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
}
