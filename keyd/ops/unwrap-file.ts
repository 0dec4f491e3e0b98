/**
 * Keys of sealed files. The identity that opens them never leaves; what leaves is the key of one file,
 * and the log says which file, for whom, and why.
 */
import { createHash } from 'node:crypto'
import { Decrypter, identityToRecipient } from 'age-encryption'
import { DomainError } from '../../domain/errors.ts'
import { type FileRecipient, fileRecipients } from '../../domain/file-keys.ts'
import type { KeydClient } from '../../domain/purpose-fields.ts'
import type { Asking } from '../context.ts'
import type { Answers, Request } from '../protocol.ts'
import { refusalOf } from '../refusal.ts'

/** Pages open what they hand out, and never what came in. */
const mayUnwrap: Record<FileRecipient, readonly KeydClient[]> = {
  imports: ['import'],
  results: ['import', 'api'],
}

export async function fileRecipientsOf({ context }: Asking): Promise<Answers['fileRecipients']> {
  const recipients: Partial<Record<FileRecipient, string>> = {}
  for (const name of fileRecipients) {
    recipients[name] = await identityToRecipient(await context.store.fileIdentity(name))
  }
  return { recipients: recipients as Record<FileRecipient, string> }
}

export async function unwrapFile(
  { context, client }: Asking,
  { recipient, header, because }: Request<'unwrapFile'>,
): Promise<Answers['unwrapFile']> {
  if (!mayUnwrap[recipient].includes(client)) {
    throw new DomainError('keydNotAllowed', `${client} may not open files of ${recipient}`)
  }
  context.meter.take(client, 'unwrapFile', 1)
  const bytes = Buffer.from(header, 'base64')
  const line = {
    op: 'unwrapFile',
    client,
    recipient,
    file: createHash('sha256').update(bytes).digest('hex'),
    because: because.for,
    of: because.id,
  } as const
  try {
    const fileKey = await unwrap(await context.store.fileIdentity(recipient), bytes)
    // Written before the key leaves: what is not in the log was never handed out.
    context.keydLog.append(line)
    return { fileKey: Buffer.from(fileKey).toString('base64') }
  } catch (error) {
    context.keydLog.append({ ...line, refused: refusalOf(error).refused })
    throw error
  }
}

const NOT_FOR_US = "no identity matched any of the file's recipients"

/** The library tells its refusals apart by their sentence alone. */
async function unwrap(identity: string, header: Uint8Array): Promise<Uint8Array> {
  const decrypter = new Decrypter()
  decrypter.addIdentity(identity)
  try {
    return await decrypter.decryptHeader(header)
  } catch (error) {
    if ((error as Error).message === NOT_FOR_US) {
      throw new DomainError('notSealedForUs', 'The file is sealed for another recipient')
    }
    throw new DomainError('sealedHeaderBroken', 'The beginning of the sealed file was changed')
  }
}
