import { randomUUID } from 'node:crypto'
import type { ExportedRow, LedgerRow } from '../../domain/ledger-row.ts'
import { type BundleLine, bundleFormat, bundleLine } from '../../ledger/bundle.ts'
import { cosign, signCheckpoint } from '../../ledger/checkpoint.ts'
import { CompactRange } from '../../ledger/merkle.ts'
import { generateSigner, type SignerKey, signatureTypes } from '../../ledger/note-key.ts'
import { chainBegin, chainHash, leafHashOf } from '../../ledger/row.ts'
import { leavesLine, witnessFormat } from '../../ledger/witness-file.ts'

export const aLogKey = (): SignerKey => generateSigner('log.test/ledger', signatureTypes.ed25519)
export const aWitnessKey = (): SignerKey => generateSigner('w.test/w', signatureTypes.cosignature)

/** A look with boring defaults. */
export function aLook(more: Partial<LedgerRow> = {}): LedgerRow {
  return {
    id: randomUUID(),
    lookedAt: '2021-07-01T03:04:05.678901Z',
    actor: 'account/1',
    actorRole: 'clerk',
    office: '011002',
    purpose: 'manageRegister',
    municipalityCode: '011002',
    residentId: randomUUID(),
    courseId: null,
    fields: ['name', 'address'],
    legalBasis: null,
    breakGlassId: null,
    detail: null,
    ...more,
  }
}

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')

/** The rows with numbers and hashes as a sealer would have given them, from the first on. */
export function sealed(looks: LedgerRow[]): ExportedRow[] {
  let chain = chainBegin
  return looks.map((look, seq) => {
    const leaf = leafHashOf(look)
    chain = chainHash(chain, leaf)
    return { seq, ...look, leafHash: base64(leaf), chainHash: base64(chain) }
  })
}

/** What stays of a row when its place and hashes are taken off. */
export function lookOf({ seq: _, leafHash: __, chainHash: ___, ...look }: ExportedRow): LedgerRow {
  return look
}

/** Heads over the first so many rows, signed. */
export function headsOver(rows: ExportedRow[], sizes: number[], key: SignerKey): string[] {
  return sizes.map((size) => {
    const range = CompactRange.empty()
    for (const row of rows.slice(0, size)) range.append(Buffer.from(row.leafHash, 'base64'))
    return signCheckpoint({ size, root: range.root() }, key)
  })
}

/** The lines of a bundle, as the export writes them. */
export function bundleOf(rows: ExportedRow[], heads: string[], key: SignerKey): string[] {
  const { name, text } = key.verifier
  const lines: BundleLine[] = [
    { format: bundleFormat, origin: name, publicKey: text, exportedAt: new Date().toISOString() },
    ...rows.map((row) => ({ row })),
    ...heads.map((head) => ({ head })),
    { end: { rows: rows.length, heads: heads.length } },
  ]
  return lines.map((line) => bundleLine(line).trimEnd())
}

/** The lines of a witness's file that has seen these heads over these rows. */
export function witnessOf(
  rows: ExportedRow[],
  heads: string[],
  sizes: number[],
  keys: { log: SignerKey; witness: SignerKey },
): string[] {
  const leaves = rows.map((row) => Buffer.from(row.leafHash, 'base64'))
  const lines = heads.flatMap((head, i) => {
    const from = sizes[i - 1] ?? 0
    return [
      leavesLine(from, leaves.slice(from, sizes[i])),
      { checkpoint: cosign(head, keys.witness, 1_625_000_000 + i) },
    ]
  })
  const header = {
    format: witnessFormat,
    logKey: keys.log.verifier.text,
    witnessKey: keys.witness.verifier.text,
  }
  return [header, ...lines].map((line) => JSON.stringify(line))
}
