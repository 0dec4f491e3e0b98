import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { dataDirAt } from '../../config/data-dir.ts'
import type { Sql } from '../../db/client.ts'
import { keepControlRun } from '../../db/oversight/control-runs.ts'
import { planText } from '../../db/oversight/plan-text.ts'
import { collectPack } from '../../evidence/collect.ts'
import type { Pack } from '../../evidence/pack.ts'
import { renderPack, shortfallWords } from '../../evidence/render.ts'
import { openSigner, type PackFiles, type Signer, writeSigned } from '../../evidence/sign.ts'
import { lastRunFile, readTestRun } from '../../evidence/test-run.ts'
import { evidenceEn } from '../../i18n/evidence/en.ts'
import { CommandError, exitCodes } from '../common.ts'
import { roleUrl, tellTargets, withDatabase } from '../servers.ts'
import { commitHere } from './commit.ts'
import { keyVersionsOf } from './keys.ts'
import { verifyHere } from './ledger.ts'

export type Asked = {
  dataDir: string
  municipalityCode: string
  persons: number | undefined
  handlers: number | undefined
  hadSeriousAccident: boolean
  out: string | undefined
  results: string | undefined
  witness: string | undefined
  json: boolean
}

/** Exit 0: whole. 1: written, but something is missing, each named. */
export async function writeEvidence(asked: Asked): Promise<number> {
  const targets = await tellTargets(asked.dataDir)
  const url = await roleUrl(asked.dataDir, targets, 'sesshu_authority')
  return await withDatabase(url, 'sesshu-evidence', (sql) => write(sql, asked))
}

async function write(sql: Sql, asked: Asked): Promise<number> {
  const dir = dataDirAt(asked.dataDir)
  const run = runFrom(asked.results)
  const now = new Date()
  const pack = await collectPack(sql, {
    ...asked,
    now,
    run,
    software: { version: versionHere(), commit: commitHere() },
    keys: await keyVersionsOf(dir),
    verifyLedger: () => verifyHere(sql, asked.witness),
  })
  if (!pack) {
    throw new CommandError(
      `There is no municipality ${asked.municipalityCode}.`,
      'The codes are those of data/municipalities-2021-02-02.csv.',
      exitCodes.usage,
    )
  }
  if (run) await keepControlRun(sql, run, pack.proofs)
  const signer = openSigner(join(dir.root, 'evidence'))
  const stamp = now.toISOString().replaceAll(/[-:]|\.\d+Z$/g, '')
  const name = `${pack.municipality.code}-${stamp}`
  const folder = resolve(asked.out ?? join(dir.root, 'evidence', name))
  const { code: municipalityCode } = pack.municipality
  const about = { municipalityCode, writtenAt: pack.writtenAt }
  writeSigned(folder, about, await filesOf(pack, signer), signer)
  tell(pack, folder, signer, asked.json)
  return pack.shortfalls.length === 0 ? exitCodes.ok : exitCodes.failure
}

async function filesOf(pack: Pack, { fingerprint }: Signer): Promise<PackFiles> {
  const plan = planText(pack.plan.inForce ?? pack.plan.newest)
  return [
    { name: 'evidence-ja.pdf', content: await renderPack(pack, 'ja', fingerprint) },
    { name: 'evidence-en.pdf', content: await renderPack(pack, 'en', fingerprint) },
    { name: 'evidence.json', content: `${JSON.stringify(pack, null, 2)}\n` },
    ...(plan
      ? [
          { name: 'plan-ja.md', content: plan.texts.ja },
          { name: 'plan-en.md', content: plan.texts.en },
        ]
      : []),
  ]
}

function runFrom(path: string | undefined) {
  const run = readTestRun(path ?? lastRunFile)
  if (path === undefined || run) return run
  throw new CommandError(
    `There is no file ${path}.`,
    'Run npm test, which leaves .sesshu-tests/last.json; or leave --results out.',
    exitCodes.usage,
  )
}

function tell(pack: Pack, folder: string, { fingerprint }: Signer, json: boolean): void {
  const { municipality, pia, shortfalls, proofs } = pack
  const proven = proofs.filter(({ isProven }) => isProven).length
  if (json) {
    const said = { folder, municipality, form: pia.form, documents: pia.documents, fingerprint }
    const counts = { controls: proofs.length, proven, shortfalls }
    process.stdout.write(`${JSON.stringify({ ...said, ...counts })}\n`)
    return
  }
  const form = pia.documents.map((one) => evidenceEn.form.forms[one]).join(', ') || 'none'
  process.stdout.write(
    `${folder}\nForm: ${form}. ${proven} of ${proofs.length} promises are proven.\nKey ${fingerprint}\n`,
  )
  for (const shortfall of shortfalls) {
    process.stdout.write(`Missing: ${shortfallWords(shortfall, evidenceEn)}\n`)
  }
}

function versionHere(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
