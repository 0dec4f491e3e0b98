import { existsSync } from 'node:fs'
import { type Bundle, BundleError, readBundle } from '../../ledger/bundle.ts'
import { type Fault, type Verdict, verifyBundle } from '../../ledger/verify.ts'
import { readWitness, type Witnessed, WitnessFileError } from '../../ledger/witness-file.ts'
import { linesOf } from '../../ledger/witness-folder.ts'
import { CommandError, exitCodes } from '../common.ts'

type Files = { bundle: string; witness: string }

/** Exit 0: as the witness saw it. 3: it is not, and the first bad row is named. 1: cannot tell. */
export async function verifyFiles(
  files: Files,
  witnessKey: string | undefined,
  json: boolean,
): Promise<number> {
  const witnessed = await witnessIn(files.witness, witnessKey)
  const bundle = await bundleIn(files.bundle)
  const verdict = verifyBundle(bundle, witnessed)
  process.stdout.write(json ? `${JSON.stringify(verdict)}\n` : wordsOf(verdict))
  return verdict.isIntact ? exitCodes.ok : exitCodes.judgedWrong
}

async function witnessIn(path: string, key: string | undefined): Promise<Witnessed> {
  assertThere(path)
  const witnessed = await readWitness(linesOf(path)).catch((error) => {
    if (!(error instanceof WitnessFileError)) throw error
    throw new CommandError(
      `${path} proves nothing. ${error.message}`,
      'Fetch witness.jsonl again from the witness itself.',
    )
  })
  if (key !== undefined && key.trim() !== witnessed.witness.text) {
    throw new CommandError(
      `${path} is the file of another witness: ${witnessed.witness.text}`,
      'Fetch it from the witness whose key you named.',
    )
  }
  return witnessed
}

async function bundleIn(path: string): Promise<Bundle> {
  assertThere(path)
  return await readBundle(linesOf(path)).catch((error) => {
    if (!(error instanceof BundleError)) throw error
    throw new CommandError(
      `${path}: ${error.message}`,
      'Write one with npx sesshu ledger export --out FILE.',
    )
  })
}

function assertThere(path: string): void {
  if (existsSync(path)) return
  throw new CommandError(`There is no file ${path}.`, 'Check the path.', exitCodes.usage)
}

function wordsOf(verdict: Verdict): string {
  const { rows, witnessedRows, lastHead, fault } = verdict
  const newer = rows - witnessedRows
  const lines = [
    `${verdict.origin}, exported ${verdict.exportedAt}: ${rows} rows, ${verdict.heads} heads.`,
    lastHead
      ? `The witness's last head is of ${lastHead.size} rows, seen ${lastHead.seenAt}.`
      : 'The witness has seen no head yet.',
  ]
  if (fault) lines.push(faultWords(fault), whatToDo(fault))
  else lines.push('Intact: every row the witness has seen is as it was.')
  if (!fault && newer > 0) {
    lines.push(
      `${newer} rows are newer than its last head: the log's own key alone vouches for them. Verify again later.`,
    )
  }
  return `${lines.join('\n')}\n`
}

export function faultWords(fault: Fault): string {
  switch (fault.why) {
    case 'edited':
      return `Row ${fault.seq} was edited: its bytes do not give the hashes that stand beside it.`
    case 'missing':
      return `Row ${fault.seq} is missing: later rows stand in its place.`
    case 'reordered':
      return `Row ${fault.seq} was reordered: another row stands at this place.`
    case 'inserted':
      return `Row ${fault.seq} was inserted: it was not there when the rows after it were signed.`
    case 'truncated':
      return `Row ${fault.seq} and all after it are missing: the ledger was truncated.`
    case 'notAsWitnessed':
      return `Row ${fault.seq} is not as the witness saw it, although its own hashes agree with it: it was changed and the hashes were made anew.`
    case 'notAsSigned':
      return `One of the rows ${fault.seq} to ${fault.until - 1} is not as it was when the log signed it; the first of them that can be meant is ${fault.seq}.`
    case 'headChanged':
      return `The head of ${fault.size} rows is not the one that was signed; the rows are not at fault.`
    case 'headMissing':
      return `The head of ${fault.size} rows is missing: the witness has co-signed it.`
    case 'otherLog':
      return 'The rows are as the witness saw them, but the bundle names another log, or another key.'
  }
}

function whatToDo(fault: Fault): string {
  switch (fault.why) {
    case 'truncated':
      return 'If the bundle was written before the witness’s last head, export again and verify that. If not: keep both files and the database as they are, and call the authority.'
    case 'otherLog':
      return 'A database restored into a new data dir goes on under a new name. If nobody restored one, call the authority.'
    default:
      return 'Keep both files and the database as they are, and call the authority. A backup of the time before shows what the row said.'
  }
}
