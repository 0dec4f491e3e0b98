/**
 * What clerks asked for, on its way from whoever makes it to whoever fetches it: a file on disk in sealed
 * parts, under a key of its own that the file's row keeps wrapped. Without that row nobody opens it.
 */
import { DomainError } from '../../domain/errors.ts'
import { type FieldKeys, open, type ResidentKey, seal, type Vault } from '../../vault/vault.ts'
import { placeOf } from './places.ts'

export type FileOf = { municipalityCode: string; fileId: string }

const rowOf = ({ municipalityCode, fileId: residentId }: FileOf) => ({
  municipalityCode,
  residentId,
})

export async function newFileKey(
  vault: Vault,
  file: FileOf,
): Promise<{ key: ResidentKey; keys: FieldKeys }> {
  const created = await vault.createKeys(file.municipalityCode, [file.fileId])
  const { fieldKeys: keys, ...key } = created.get(file.fileId)!
  return { key, keys }
}

/** For one handing out: a look at the file's own row. Undefined when its key is gone. */
export async function openFileKey(vault: Vault, key: ResidentKey): Promise<FieldKeys | undefined> {
  const unlocked = await vault.unlock('handOutFile', [{ ...key, fields: ['letter'] }])
  return unlocked.get(key.residentId)
}

const partBytes = 64 * 1024
const lengthBytes = 4

/** Each part is bound to its place and to being the last or not: none can be left out, moved or cut off. */
const placeOfPart = (file: FileOf, part: number, isLast: boolean) =>
  placeOf('fileContent', rowOf(file), `${part}${isLast ? '/last' : ''}`)

export async function* sealedParts(
  keys: FieldKeys,
  file: FileOf,
  content: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let part = 0
  let waiting: Buffer = Buffer.alloc(0)
  const sealed = (bytes: Uint8Array, isLast: boolean): Buffer => {
    const text = Buffer.from(bytes).toString('base64')
    const value = seal(keys, placeOfPart(file, part++, isLast), text)
    const length = Buffer.alloc(lengthBytes)
    length.writeUInt32BE(value.length)
    return Buffer.concat([length, value])
  }
  for await (const chunk of content) {
    waiting = Buffer.concat([waiting, chunk])
    while (waiting.length > partBytes) {
      yield sealed(waiting.subarray(0, partBytes), false)
      waiting = waiting.subarray(partBytes)
    }
  }
  yield sealed(waiting, true)
}

/** Throws `sealBroken` for a file that was changed or cut off. */
export async function* openedParts(
  keys: FieldKeys,
  file: FileOf,
  content: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let part = 0
  let waiting: Buffer = Buffer.alloc(0)
  const opened = (value: Uint8Array, isLast: boolean): Buffer =>
    Buffer.from(open(keys, placeOfPart(file, part++, isLast), value), 'base64')
  const next = (): Buffer | undefined => {
    if (waiting.length < lengthBytes) return undefined
    const end = lengthBytes + waiting.readUInt32BE(0)
    return waiting.length < end ? undefined : waiting.subarray(lengthBytes, end)
  }
  for await (const chunk of content) {
    waiting = Buffer.concat([waiting, chunk])
    // The last part is known by being followed by nothing.
    for (let value = next(); value; value = next()) {
      const rest = waiting.subarray(lengthBytes + value.length)
      if (rest.length === 0) break
      yield opened(value, false)
      waiting = rest
    }
  }
  const last = next()
  if (!last || waiting.length !== lengthBytes + last.length) {
    throw new DomainError('sealBroken', 'The file was cut off')
  }
  yield opened(last, true)
}
