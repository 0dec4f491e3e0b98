/**
 * One look at one stick: what it is, and the next thing that can be done with it. Safe to repeat for as long as
 * it lies there, and safe to be the last: everything that counts is in the database before the next step.
 */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { endRefusals, noteRefusal } from '../../db/queries/sticks/refusals.ts'
import { beginStick, findStick, noteStick, type StickRow } from '../../db/queries/sticks/sticks.ts'
import { DomainError } from '../../domain/errors.ts'
import { receiptSignatureName, refusalPageName } from '../../domain/stick.ts'
import { inspectStick, type StickClaim } from '../../files/stick/open.ts'
import { refusalPage } from '../../files/stick/receipt-page.ts'
import { StickPulledOut, StickRefused } from '../../files/stick/refusal.ts'
import { writeDurably } from '../../files/stick/write.ts'
import { answerStick } from './answer-stick.ts'
import type { StickDeps, StickLook } from './deps.ts'
import { takeStick, trustOf } from './take-stick.ts'

export async function attendStick(deps: StickDeps, folder: string): Promise<StickLook> {
  let claim: StickClaim = {}
  let stick: StickRow | undefined
  try {
    const trust = await trustOf(deps)
    const seen = await inspectStick(folder, trust, (said) => {
      claim = said
    })
    const { municipalityCode } = seen.manifest
    const { manifestSha256 } = seen
    stick =
      (await findStick(deps.sql, { municipalityCode, manifestSha256 })) ??
      (await beginStick(deps.sql, seen))
    await endRefusals(deps.sql, manifestSha256)
    if (stick.pulledOut) await noteStick(deps.sql, stick, { pulledOut: null })
    if (stick.state === 'taking') await takeStick(deps, folder, stick, seen.manifest)
    if (stick.state === 'answered' && (await hasReceipt(folder))) return { outcome: 'answered' }
    return await answerStick(deps, folder, stick)
  } catch (error) {
    if (error instanceof StickPulledOut) {
      if (stick) await noteStick(deps.sql, stick, { pulledOut: 'reading' })
      return { outcome: 'gone' }
    }
    if (stick && isFull(error)) {
      await noteStick(deps.sql, stick, { trouble: 'noRoomForFile' })
      return { outcome: 'noRoom' }
    }
    if (error instanceof StickRefused) return await refuse(deps, folder, error, claim)
    throw error
  }
}

function isFull(error: unknown): boolean {
  return error instanceof DomainError && error.code === 'noRoomForFile'
}

/** Said in the database for the page, and on the stick for whoever holds it, if it can be written. */
async function refuse(
  { sql, log }: StickDeps,
  folder: string,
  { code, file }: StickRefused,
  claim: StickClaim,
): Promise<StickLook> {
  await noteRefusal(sql, { ...claim, code, ...(file !== undefined && { fileName: file }) })
  if (claim.manifestSha256) await endRefusals(sql, claim.manifestSha256, code)
  log.info({ code }, 'a stick was not read')
  const page = Buffer.from(refusalPage(code, file), 'utf8')
  await writeDurably(join(folder, refusalPageName), [page]).catch(() => {})
  return { outcome: 'refused', code }
}

/** A stick that was erased in part, or whose receipt somebody took off, gets it again. */
async function hasReceipt(folder: string): Promise<boolean> {
  return await stat(join(folder, receiptSignatureName)).then(
    () => true,
    () => false,
  )
}
