/**
 * What an authority of ours may vouch for (RFC 5280, 4.2.1.10): addresses of private networks, names
 * that mean something in the house alone, and the one address it was made for. Whoever puts it into a
 * tablet does not thereby trust it for the rest of the world, also when its key is stolen.
 */
import { isIP } from 'node:net'

export const nameConstraintsOid = '2.5.29.30'

const privateNetworks = [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['fc00::', 7],
  ['fe80::', 10],
  ['::1', 128],
] as const
const houseNames = ['local', 'internal', 'lan', 'home.arpa', 'localhost']

/** The extension's value in DER; `names` are allowed besides, addresses each for itself. */
export function nameConstraints(names: readonly string[]): Uint8Array<ArrayBuffer> {
  const addresses = names.filter((name) => isIP(name) !== 0)
  const hosts = names.filter((name) => isIP(name) === 0)
  const subtrees = [
    ...[...houseNames, ...hosts].map((name) => der(0x82, Buffer.from(name.toLowerCase(), 'ascii'))),
    ...privateNetworks.map(([address, bits]) => network(address, bits)),
    ...addresses.map((address) => network(address, isIP(address) === 4 ? 32 : 128)),
  ].map((name) => der(0x30, name))
  return new Uint8Array(der(0x30, der(0xa0, Buffer.concat(subtrees))))
}

/** Whether a name lies within what `nameConstraints(made)` allows. */
export function mayVouchFor(made: readonly string[], name: string): boolean {
  if (made.includes(name)) return true
  if (isIP(name) === 0) {
    const host = name.toLowerCase()
    return [...houseNames, ...made].some((one) => host === one || host.endsWith(`.${one}`))
  }
  const bytes = addressBytes(name)
  return privateNetworks.some(([address, bits]) => {
    const base = addressBytes(address)
    const mask = maskOf(bits, base.length)
    return base.length === bytes.length && base.every((byte, i) => (bytes[i]! & mask[i]!) === byte)
  })
}

function network(address: string, bits: number): Buffer {
  const bytes = addressBytes(address)
  return der(0x87, Buffer.concat([bytes, maskOf(bits, bytes.length)]))
}

function maskOf(bits: number, length: number): Buffer {
  return Buffer.from(
    Array.from({ length }, (_, i) => (0xff00 >> Math.min(8, Math.max(0, bits - i * 8))) & 0xff),
  )
}

/** 4 or 16 bytes. */
export function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number))
  const [head = '', tail] = address.split('::')
  const groups = (text: string) => text.split(':').filter(Boolean)
  const front = groups(head)
  const back = groups(tail ?? '')
  const middle = new Array(8 - front.length - back.length).fill('0')
  return Buffer.from(
    [...front, ...(tail === undefined ? [] : middle), ...back].flatMap((group) => {
      const value = Number.parseInt(group, 16)
      return [value >> 8, value & 0xff]
    }),
  )
}

/** Tag, length, content; what is written here is shorter than 64 KiB. */
function der(tag: number, content: Buffer): Buffer {
  const n = content.length
  const length = n < 128 ? [n] : n < 256 ? [0x81, n] : [0x82, n >> 8, n & 0xff]
  return Buffer.concat([Buffer.from([tag, ...length]), content])
}
