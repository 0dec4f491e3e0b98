/**
 * The few calls of PKCS#11 (Cryptoki 2.40) that a root key inside a token needs. Names are those of the
 * standard; calls are made one after the other, on the thread of this process alone.
 */
import * as koffi from 'koffi'
import { WrapBroken } from './wrap.ts'

/**
 * CKR_GENERAL_ERROR, CKR_FUNCTION_FAILED, CKR_ENCRYPTED_DATA_INVALID, CKR_ENCRYPTED_DATA_LEN_RANGE and
 * CKR_AEAD_DECRYPT_FAILED: tokens do not agree on how they say that a tag is wrong.
 */
const TAG_IS_WRONG = [0x5, 0x6, 0x40, 0x41, 0x42]
const CKR_USER_ALREADY_LOGGED_IN = 0x100
const CKR_CRYPTOKI_ALREADY_INITIALIZED = 0x191
const CKU_USER = 1
const CKF_RW_SESSION = 0x2
const CKF_SERIAL_SESSION = 0x4
const CKO_SECRET_KEY = 4
const CKK_AES = 0x1f
const CKM_AES_KEY_GEN = 0x1080
const CKM_AES_GCM = 0x1087
const CKA = {
  CLASS: 0x0,
  TOKEN: 0x1,
  PRIVATE: 0x2,
  LABEL: 0x3,
  VALUE: 0x11,
  KEY_TYPE: 0x100,
  SENSITIVE: 0x103,
  ENCRYPT: 0x104,
  DECRYPT: 0x105,
  VALUE_LEN: 0x161,
  EXTRACTABLE: 0x162,
  MODIFIABLE: 0x170,
} as const

const TOKEN_INFO_BYTES = 256
const TOKEN_LABEL_BYTES = 32
const TAG_BYTES = 16
const ULONG_BYTES = koffi.sizeof('ulong')

const ckAttribute = koffi.struct({ type: 'ulong', pValue: 'void *', ulValueLen: 'ulong' })
const ckMechanism = koffi.struct({
  mechanism: 'ulong',
  pParameter: 'void *',
  ulParameterLen: 'ulong',
})
const ckGcmParams = koffi.struct({
  pIv: 'void *',
  ulIvLen: 'ulong',
  ulIvBits: 'ulong',
  pAAD: 'void *',
  ulAADLen: 'ulong',
  ulTagBits: 'ulong',
})

type Attribute = { type: number; pValue: Buffer; ulValueLen: number }

/** A call that the token refused; the number is that of the standard (CKR_…). */
export class TokenError extends Error {
  readonly code: string

  constructor(call: string, result: number) {
    super(`${call} was refused by the token with 0x${result.toString(16)}.`)
    this.name = 'TokenError'
    this.code = `CKR_0x${result.toString(16)}`
  }
}

export type TokenSession = {
  /** A key of that label in the token, or nothing. */
  findKey(label: string): number | undefined
  /** AES-256; the token will never give its value away. */
  generateKey(label: string): number
  /** AES-256-GCM; the ciphertext followed by the tag. */
  encrypt(key: number, iv: Buffer, boundTo: string, data: Uint8Array): Buffer
  /** Throws `WrapBroken`. */
  decrypt(key: number, iv: Buffer, boundTo: string, body: Uint8Array): Buffer
  /** Whether the token gives the key's value away. It must not. */
  revealsKey(key: number): boolean
  close(): void
}

type Library = ReturnType<typeof load>
const libraries = new Map<string, { library: Library; users: number }>()

/** Opens a session at the token of that label. Throws, saying which labels there are. */
export function openToken(options: { module: string; token: string; pin: string }): TokenSession {
  const library = acquire(options.module)
  try {
    const slot = slotOf(library, options.token)
    const session = outUlong((out) =>
      check(
        'C_OpenSession',
        library.openSession(slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, null, null, out),
      ),
    )
    const pin = Buffer.from(options.pin, 'utf8')
    const result = library.login(session, CKU_USER, pin, pin.length)
    if (result !== CKR_USER_ALREADY_LOGGED_IN) check('C_Login', result)
    return sessionOf(library, session, () => release(options.module))
  } catch (error) {
    release(options.module)
    throw error
  }
}

function load(path: string) {
  const lib = koffi.load(path)
  const [ulong, ptr] = ['ulong', 'void *']
  const attributes = koffi.pointer(ckAttribute)
  const mechanism = koffi.pointer(ckMechanism)
  const call = (
    name: string,
    ...types: (string | koffi.TypeObject)[]
  ): ((...args: unknown[]) => number) => lib.func(name, ulong, types)
  return {
    initialize: call('C_Initialize', ptr),
    finalize: call('C_Finalize', ptr),
    getSlotList: call('C_GetSlotList', 'uint8', ptr, ptr),
    getTokenInfo: call('C_GetTokenInfo', ulong, ptr),
    openSession: call('C_OpenSession', ulong, ulong, ptr, ptr, ptr),
    closeSession: call('C_CloseSession', ulong),
    login: call('C_Login', ulong, ulong, ptr, ulong),
    findObjectsInit: call('C_FindObjectsInit', ulong, attributes, ulong),
    findObjects: call('C_FindObjects', ulong, ptr, ulong, ptr),
    findObjectsFinal: call('C_FindObjectsFinal', ulong),
    generateKey: call('C_GenerateKey', ulong, mechanism, attributes, ulong, ptr),
    getAttributeValue: call('C_GetAttributeValue', ulong, ulong, attributes, ulong),
    encryptInit: call('C_EncryptInit', ulong, mechanism, ulong),
    encrypt: call('C_Encrypt', ulong, ptr, ulong, ptr, ptr),
    decryptInit: call('C_DecryptInit', ulong, mechanism, ulong),
    decrypt: call('C_Decrypt', ulong, ptr, ulong, ptr, ptr),
  }
}

/** A library is initialised once per process, however many sessions there are. */
function acquire(path: string): Library {
  const known = libraries.get(path)
  if (known) {
    known.users += 1
    return known.library
  }
  const library = load(path)
  const result = library.initialize(null)
  if (result !== CKR_CRYPTOKI_ALREADY_INITIALIZED) check('C_Initialize', result)
  libraries.set(path, { library, users: 1 })
  return library
}

function release(path: string): void {
  const known = libraries.get(path)
  if (!known) return
  known.users -= 1
  if (known.users > 0) return
  known.library.finalize(null)
  libraries.delete(path)
}

function slotOf(library: Library, label: string): number {
  const found = new Map<string, number>()
  for (const slot of slotsOf(library)) {
    const info = Buffer.alloc(TOKEN_INFO_BYTES)
    check('C_GetTokenInfo', library.getTokenInfo(slot, info))
    found.set(info.toString('utf8', 0, TOKEN_LABEL_BYTES).trimEnd(), slot)
  }
  const slot = found.get(label)
  if (slot !== undefined) return slot
  const labels = [...found.keys()].filter(Boolean).join(', ') || 'none'
  throw new Error(`No token is labelled "${label}"; there are: ${labels}.`)
}

function slotsOf(library: Library): number[] {
  const count = outUlong((out) => check('C_GetSlotList', library.getSlotList(1, null, out)))
  const slots = Buffer.alloc(ULONG_BYTES * Math.max(1, count))
  outUlong((out) => check('C_GetSlotList', library.getSlotList(1, slots, out)), count)
  return Array.from({ length: count }, (_, at) => readUlong(slots, at))
}

function sessionOf(library: Library, session: number, onClose: () => void): TokenSession {
  const gcm = (iv: Buffer, boundTo: string): object => {
    const aad = Buffer.from(boundTo, 'utf8')
    const parameter = {
      pIv: iv,
      ulIvLen: iv.length,
      ulIvBits: iv.length * 8,
      pAAD: aad,
      ulAADLen: aad.length,
      ulTagBits: TAG_BYTES * 8,
    }
    const size = koffi.sizeof(ckGcmParams)
    return {
      mechanism: CKM_AES_GCM,
      pParameter: koffi.as(parameter, koffi.pointer(ckGcmParams)),
      ulParameterLen: size,
    }
  }
  return {
    findKey: (label) => findKey(library, session, label),
    generateKey(label) {
      const mechanism = { mechanism: CKM_AES_KEY_GEN, pParameter: null, ulParameterLen: 0 }
      const attributes = newKey(label)
      return outUlong((out) =>
        check(
          'C_GenerateKey',
          library.generateKey(session, mechanism, attributes, attributes.length, out),
        ),
      )
    },
    encrypt(key, iv, boundTo, data) {
      check('C_EncryptInit', library.encryptInit(session, gcm(iv, boundTo), key))
      return output(data.length + TAG_BYTES, (out, length) =>
        check('C_Encrypt', library.encrypt(session, data, data.length, out, length)),
      )
    },
    decrypt(key, iv, boundTo, body) {
      check('C_DecryptInit', library.decryptInit(session, gcm(iv, boundTo), key))
      return output(body.length, (out, length) => {
        const result = library.decrypt(session, body, body.length, out, length)
        if (TAG_IS_WRONG.includes(result)) throw new WrapBroken()
        check('C_Decrypt', result)
      })
    },
    revealsKey(key) {
      const value = [attribute(CKA.VALUE, Buffer.alloc(64))]
      return library.getAttributeValue(session, key, value, 1) === 0
    },
    close() {
      library.closeSession(session)
      onClose()
    },
  }
}

function findKey(library: Library, session: number, label: string): number | undefined {
  const template = [
    attribute(CKA.CLASS, ulong(CKO_SECRET_KEY)),
    attribute(CKA.LABEL, Buffer.from(label, 'utf8')),
  ]
  check('C_FindObjectsInit', library.findObjectsInit(session, template, template.length))
  const found = Buffer.alloc(ULONG_BYTES * 2)
  const count = outUlong((out) =>
    check('C_FindObjects', library.findObjects(session, found, 2, out)),
  )
  check('C_FindObjectsFinal', library.findObjectsFinal(session))
  if (count > 1) throw new Error(`The token holds more than one key labelled "${label}".`)
  return count === 1 ? readUlong(found, 0) : undefined
}

/** Born in the token, for wrapping alone, and not to be had in clear by anybody. */
function newKey(label: string): Attribute[] {
  const [yes, no] = [Buffer.of(1), Buffer.of(0)]
  return [
    attribute(CKA.CLASS, ulong(CKO_SECRET_KEY)),
    attribute(CKA.KEY_TYPE, ulong(CKK_AES)),
    attribute(CKA.VALUE_LEN, ulong(32)),
    attribute(CKA.LABEL, Buffer.from(label, 'utf8')),
    attribute(CKA.TOKEN, yes),
    attribute(CKA.PRIVATE, yes),
    attribute(CKA.SENSITIVE, yes),
    attribute(CKA.EXTRACTABLE, no),
    attribute(CKA.MODIFIABLE, no),
    attribute(CKA.ENCRYPT, yes),
    attribute(CKA.DECRYPT, yes),
  ]
}

function attribute(type: number, pValue: Buffer): Attribute {
  return { type, pValue, ulValueLen: pValue.length }
}

function ulong(value: number): Buffer {
  const bytes = Buffer.alloc(ULONG_BYTES)
  bytes.writeUInt32LE(value, 0)
  return bytes
}

/** Handles and counts are small numbers in a machine word; the machines we know are little-endian. */
function readUlong(bytes: Buffer, at: number): number {
  const from = at * ULONG_BYTES
  return ULONG_BYTES === 8 ? Number(bytes.readBigUInt64LE(from)) : bytes.readUInt32LE(from)
}

function outUlong(call: (out: Buffer) => void, initial = 0): number {
  const out = ulong(initial)
  call(out)
  return readUlong(out, 0)
}

function output(size: number, call: (out: Buffer, length: Buffer) => void): Buffer {
  const out = Buffer.alloc(size)
  const length = outUlong((count) => call(out, count), size)
  return out.subarray(0, length)
}

function check(call: string, result: number): void {
  if (result !== 0) throw new TokenError(call, result)
}
