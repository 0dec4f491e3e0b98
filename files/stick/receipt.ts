/**
 * What a stick carries home: the answers, sealed for the town; a receipt that names each of them and is
 * signed by the system; and a page that a person reads. The receipt is written last: a stick that was pulled
 * out before that has none, and is not erased.
 */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ed25519 } from '@noble/curves/ed25519.js'
import { z } from 'zod'
import { DomainError } from '../../domain/errors.ts'
import type { SignReceipt } from '../../domain/file-keys.ts'
import { importStates } from '../../domain/import.ts'
import {
  manifestName,
  parseSignature,
  receiptName,
  receiptPageName,
  receiptSignatureName,
  receiptSigned,
  refusalPageName,
  resultsFolder,
  signatureText,
} from '../../domain/stick.ts'
import { sealTo } from '../sealed-file.ts'
import { receiptPage } from './receipt-page.ts'
import { isPulledOut, StickPulledOut } from './refusal.ts'
import { removeDrafts, writeDurably } from './write.ts'

const count = z.int().min(0)
const sha256Text = z.string().regex(/^[0-9a-f]{64}$/)

export const receiptSchema = z.strictObject({
  format: z.literal('sesshu-receipt/1'),
  municipalityCode: z.string().regex(/^\d{6}$/),
  sequence: z.int().min(1),
  /** Of the stick's manifest.json. */
  manifestSha256: sha256Text,
  issuedAt: z.iso.datetime(),
  files: z.array(
    z.strictObject({
      name: z.string(),
      sha256: sha256Text,
      importId: z.string(),
      state: z.enum(importStates),
      rows: count,
      new: count,
      changed: count,
      same: count,
      needsDecision: count,
      rejected: count,
      applied: count,
    }),
  ),
  /** Sealed for the town's own key; none when the stick named no such key. */
  answers: z.array(z.strictObject({ name: z.string(), bytes: count, sha256: sha256Text })),
  /** Written again because answers of the first one were gone: when, and of which receipt.json. */
  again: z.strictObject({ issuedAt: z.iso.datetime(), firstSha256: sha256Text }).optional(),
})
export type Receipt = z.output<typeof receiptSchema>

/** A file for the town; its plain bytes. */
export type Answer = { name: string; bytes: AsyncIterable<Uint8Array> }

export type ReceiptToWrite = Omit<Receipt, 'answers' | 'format'>

type Writing = {
  receipt: ReceiptToWrite
  returnTo?: string
  answers: readonly Answer[]
  sign: SignReceipt
}

/**
 * Writes everything anew, so that an attempt that broke off leaves nothing that counts. Throws
 * `StickPulledOut`, and whatever a stick says that is full or cannot be written.
 */
export async function writeReceipt(folder: string, writing: Writing): Promise<Receipt> {
  const { returnTo, sign } = writing
  try {
    await rm(join(folder, receiptSignatureName), { force: true })
    const answers: Receipt['answers'] = []
    if (returnTo !== undefined) {
      await mkdir(join(folder, resultsFolder), { recursive: true })
      for (const answer of writing.answers) {
        answers.push(await writeAnswer(folder, answer, returnTo))
      }
    }
    const receipt: Receipt = { format: 'sesshu-receipt/1', ...writing.receipt, answers }
    await writeSigned(folder, receipt, sign)
    return receipt
  } catch (error) {
    throw isPulledOut(error) ? new StickPulledOut(error) : error
  }
}

/**
 * The first receipt once more, byte for byte, where every answer that it names still lies on the stick.
 * False where one does not: then nothing was written.
 */
export async function writeReceiptAgain(
  folder: string,
  first: Receipt,
  sign: SignReceipt,
): Promise<boolean> {
  try {
    if (!(await hasAnswers(folder, first))) return false
    await writeSigned(folder, first, sign)
    return true
  } catch (error) {
    throw isPulledOut(error) ? new StickPulledOut(error) : error
  }
}

async function writeSigned(folder: string, receipt: Receipt, sign: SignReceipt): Promise<void> {
  const bytes = Buffer.from(receiptText(receipt), 'utf8')
  await rm(join(folder, refusalPageName), { force: true })
  await writeDurably(join(folder, receiptPageName), [Buffer.from(receiptPage(receipt), 'utf8')])
  await writeDurably(join(folder, receiptName), [bytes])
  const signature = signatureText(await sign(hashOf(bytes)))
  await writeDurably(join(folder, receiptSignatureName), [Buffer.from(signature)])
  for (const each of [folder, join(folder, resultsFolder)]) await removeDrafts(each)
}

/** The one way to write a receipt down: in the schema's order, whatever order it was kept in. */
function receiptText(receipt: Receipt): string {
  return `${JSON.stringify(receiptSchema.parse(receipt), null, 2)}\n`
}

/** What the next receipt of the same stick says of this one. */
export function receiptSha256(receipt: Receipt): string {
  return hashOf(Buffer.from(receiptText(receipt), 'utf8'))
}

async function writeAnswer(folder: string, { name, bytes }: Answer, returnTo: string) {
  const hash = createHash('sha256')
  const sealed = (async function* () {
    for await (const piece of sealTo(returnTo, bytes)) {
      hash.update(piece)
      yield piece
    }
  })()
  const sealedName = `${name}.age`
  const length = await writeDurably(join(folder, resultsFolder, sealedName), sealed)
  return { name: sealedName, bytes: length, sha256: hash.digest('hex') }
}

/**
 * Whether the stick in this folder may be erased: its receipt is about this very stick, is signed by
 * `systemKey` (raw, base64), and every answer that it names lies beside it, whole. Throws
 * `stickReceiptMissing` or `stickReceiptWrong`.
 */
export async function verifyReceipt(folder: string, systemKey: string): Promise<Receipt> {
  const [bytes, signatureBytes, manifest] = await Promise.all([
    readFile(join(folder, receiptName)).catch(missing),
    readFile(join(folder, receiptSignatureName), 'latin1').catch(missing),
    readFile(join(folder, manifestName)).catch(missing),
  ])
  const signed = parseSignature(signatureBytes)
  if (!signed || Buffer.from(signed.publicKey).toString('base64') !== systemKey) throw wrong()
  const message = receiptSigned(hashOf(bytes))
  if (!ed25519.verify(signed.signature, message, signed.publicKey, { zip215: false })) throw wrong()
  const parsed = receiptSchema.safeParse(JSON.parse(bytes.toString('utf8')))
  if (!parsed.success || parsed.data.manifestSha256 !== hashOf(manifest)) throw wrong()
  if (!(await hasAnswers(folder, parsed.data))) throw wrong()
  return parsed.data
}

async function hasAnswers(folder: string, { answers }: Receipt): Promise<boolean> {
  for (const { name, sha256 } of answers) {
    if ((await hashOfFile(join(folder, resultsFolder, name))) !== sha256) return false
  }
  return true
}

/** Undefined of a file that cannot be read to its end. */
async function hashOfFile(path: string): Promise<string | undefined> {
  const hash = createHash('sha256')
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk)
  } catch {
    return undefined
  }
  return hash.digest('hex')
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function missing(): never {
  throw new DomainError('stickReceiptMissing', 'The stick carries no receipt')
}

function wrong(): DomainError {
  return new DomainError('stickReceiptWrong', 'The receipt is not good for this stick')
}
