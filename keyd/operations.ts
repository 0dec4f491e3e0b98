import { DomainError } from '../domain/errors.ts'
import type { KeydClient } from '../domain/purpose-fields.ts'
import type { Asking } from './context.ts'
import { destroyVersion, erase, publicKey, rotate, status } from './ops/administer.ts'
import { index } from './ops/blind-index.ts'
import { createKeys } from './ops/make-keys.ts'
import { matchMyNumber } from './ops/match-my-number.ts'
import { rewrapTown } from './ops/rewrap-town.ts'
import { signManifest, signReceipt } from './ops/sign-digest.ts'
import { unlock } from './ops/unlock.ts'
import { fileRecipientsOf, unwrapFile } from './ops/unwrap-file.ts'
import { type Answers, type Op, type Request, requests } from './protocol.ts'

type Work = Exclude<Op, 'hello'>

const operations: {
  [Name in Work]: (asking: Asking, request: Request<Name>) => Promise<Answers[Name]>
} = {
  createKeys,
  unlock,
  index,
  rewrapTown,
  rotate,
  destroyVersion,
  erase,
  matchMyNumber,
  fileRecipients: fileRecipientsOf,
  unwrapFile,
  signReceipt,
  signManifest,
  publicKey,
  status,
}

/**
 * Who may ask for what at all. Rotation and destruction are an operator's tool alone; erasing is asked for
 * by an administrator who is signed in at the api, one person at a time.
 */
const allowed: Record<KeydClient, readonly Work[]> = {
  api: [
    'createKeys',
    'unlock',
    'index',
    'erase',
    'matchMyNumber',
    'fileRecipients',
    'unwrapFile',
    'publicKey',
    'status',
  ],
  worker: ['createKeys', 'unlock', 'index', 'signManifest', 'publicKey', 'status'],
  import: [
    'createKeys',
    'unlock',
    'index',
    'fileRecipients',
    'unwrapFile',
    'signReceipt',
    'publicKey',
    'status',
  ],
  keys: [
    'rewrapTown',
    'rotate',
    'destroyVersion',
    'erase',
    'fileRecipients',
    'publicKey',
    'status',
  ],
  authority: ['unlock', 'publicKey', 'status'],
  monitor: ['publicKey', 'status'],
}

/** Checks the request's form and whether this client may make it, then does it. */
export async function operate(asking: Asking, op: string, body: unknown): Promise<unknown> {
  if (!Object.hasOwn(operations, op)) {
    throw new DomainError('keydRequestInvalid', 'There is no such operation')
  }
  const name = op as Work
  if (!allowed[asking.client].includes(name)) {
    throw new DomainError('keydNotAllowed', `${asking.client} may not ask for ${name}`)
  }
  const parsed = requests[name].safeParse(body)
  if (!parsed.success) {
    const path = parsed.error.issues[0]?.path.join('.') ?? ''
    throw new DomainError('keydRequestInvalid', 'The request has the wrong form', path)
  }
  return await run(name, asking, parsed.data as Request<Work>)
}

function run<Name extends Work>(name: Name, asking: Asking, request: Request<Name>) {
  return operations[name](asking, request)
}
