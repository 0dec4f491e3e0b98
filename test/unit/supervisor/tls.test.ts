// T22: beyond this machine the pages are heard over https alone, by a certificate that fits, whose
// authority is of no use for anything else.
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { get as httpGet } from 'node:http'
import { createServer, get } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listen } from '../../../api/listen.ts'
import { exposedBy } from '../../../cli/commands/up.ts'
import { assertTransport, httpsOrigin } from '../../../config/transport.ts'
import { makeCertificate } from '../../../supervisor/tls/authority.ts'
import { addressBytes, mayVouchFor } from '../../../supervisor/tls/name-constraints.ts'
import { namesOf, settleTls, type TlsError } from '../../../supervisor/tls/settle.ts'

const folder = mkdtempSync(join(tmpdir(), 'sesshu-tls-'))
const dir = { tls: join(folder, 'tls') }
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const day = 86_400_000

describe('plain http', () => {
  test.each(['127.0.0.1', '::1', 'localhost'])('is heard at %s', (host) => {
    expect(() => assertTransport({ host })).not.toThrow()
  })

  test.each(['0.0.0.0', '192.168.1.5', '::', 'tablets.example.jp'])(
    'is not heard at %s',
    (host) => {
      expect(() => assertTransport({ host })).toThrow(/nothing is encrypted.*up --host/)
      expect(() => assertTransport({ host, publicOrigin: 'http://tablets.example.jp' })).toThrow()
    },
  )

  test('is heard by a proxy that speaks https, or stands on this machine', () => {
    for (const publicOrigin of ['https://sesshu.example.jp', 'http://127.0.0.1:8720']) {
      expect(() => assertTransport({ host: '0.0.0.0', publicOrigin })).not.toThrow()
    }
  })

  test('the api itself refuses before it is heard', () => {
    const start = () =>
      listen(
        () => new Response('here'),
        { host: '0.0.0.0', port: 0 },
        () => {},
      )
    expect(start).toThrow(/nothing is encrypted/)
  })
})

describe('up', () => {
  test('takes flags before the environment', () => {
    expect(exposedBy({ host: '192.168.1.5' }, { SESSHU_HOST: '10.0.0.1' })).toEqual({
      host: '192.168.1.5',
    })
    const env = { SESSHU_HOST: '10.0.0.1', SESSHU_TLS_CERT: 'c', SESSHU_TLS_KEY: 'k' }
    expect(exposedBy({}, env)).toEqual({ host: '10.0.0.1', certFile: 'c', keyFile: 'k' })
  })

  test('needs no certificate on this machine, and says what one is for', () => {
    expect(exposedBy({ host: '127.0.0.1' }, {})).toBeUndefined()
    expect(() => exposedBy({ 'tls-cert': 'c', 'tls-key': 'k' }, {})).toThrow(/no address/)
  })
})

describe('an authority of our own', () => {
  let made: Awaited<ReturnType<typeof settleTls>>
  beforeAll(async () => {
    made = await settleTls(dir, { host: '127.0.0.1' }, 8743)
  })
  const authority = () => readFileSync(made.authority!.file, 'utf8')

  test('is made once; its key is for us alone', async () => {
    const again = await settleTls(dir, { host: '127.0.0.1' }, 8743)
    expect(again).toEqual(made)
    expect(statSync(join(dir.tls, 'authority.key')).mode & 0o077).toBe(0)
    expect(statSync(made.keyFile).mode & 0o077).toBe(0)
    expect(made.authority?.fingerprint).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/)
  })

  test('lets a tablet that has it in, and nobody who has not', async () => {
    const served = createServer(
      { cert: readFileSync(made.certFile), key: readFileSync(made.keyFile) },
      (_, answer) => answer.end('here'),
    )
    await new Promise<void>((resolve) => served.listen(0, '127.0.0.1', resolve))
    const { port } = served.address() as AddressInfo
    const ask = (ca?: string) =>
      new Promise<string>((resolve) => {
        get({ host: '127.0.0.1', port, ca }, (answer) => {
          answer.resume()
          resolve(String(answer.statusCode))
        }).on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
      })
    expect(await ask(authority())).toBe('200')
    expect(await ask()).toMatch(/SELF_SIGNED|UNABLE_TO/)
    await new Promise((resolve) => served.close(resolve))
  })

  test('T22: stolen, vouches for no other site', async () => {
    const key = readFileSync(join(dir.tls, 'authority.key'), 'utf8')
    const stolen = { certificate: authority(), key }
    const name = { type: 'dns', value: 'bank.example.com' } as const
    const forged = await makeCertificate(stolen, [name], Date.now())
    expect(await reachedAs('bank.example.com', forged, authority())).toMatch(/permitted subtree/i)
    const house = { type: 'dns', value: 'tablets.local' } as const
    const honest = await makeCertificate(stolen, [house], Date.now())
    expect(await reachedAs('tablets.local', honest, authority())).toBe('trusted')
  })

  test('gives a new certificate before the old one ends, and for another address', async () => {
    const first = new X509Certificate(readFileSync(made.certFile)).serialNumber
    await settleTls(dir, { host: '127.0.0.1' }, 8743, Date.now() + 380 * day)
    const renewed = new X509Certificate(readFileSync(made.certFile))
    expect(renewed.serialNumber).not.toBe(first)
    await settleTls(dir, { host: '10.1.2.3' }, 8743, Date.now() + 380 * day)
    expect(new X509Certificate(readFileSync(made.certFile)).checkIP('10.1.2.3')).toBe('10.1.2.3')
  })

  test('says when it may not vouch for an address, and what to do', async () => {
    const asked = settleTls(dir, { host: '203.0.113.9' }, 8743)
    await expect(asked).rejects.toThrow(/may vouch for private addresses.*not for 203.0.113.9/)
    await expect(asked).rejects.toMatchObject({ whatToDo: expect.stringContaining('every tablet') })
  })

  test('knows its networks', () => {
    expect([...addressBytes('fe80::1:2')]).toEqual([254, 128, ...new Array(11).fill(0), 1, 0, 2])
    for (const name of ['10.9.8.7', '172.31.0.1', '192.168.0.1', 'fd00::5', 'a.local', 'x.y.jp']) {
      expect([name, mayVouchFor(['y.jp'], name)]).toEqual([name, true])
    }
    for (const name of [
      '8.8.8.8',
      '172.32.0.1',
      '192.169.0.1',
      '2001:db8::1',
      'xy.jp',
      'local.jp',
    ]) {
      expect([name, mayVouchFor(['y.jp'], name)]).toEqual([name, false])
    }
  })
})

describe('a certificate that is given', () => {
  beforeAll(async () => {
    rmSync(dir.tls, { recursive: true })
    await settleTls(dir, { host: '10.1.2.3' }, 8743)
  })

  test('is used as it is, when it fits', async () => {
    const given = { certFile: join(dir.tls, 'cert.pem'), keyFile: join(dir.tls, 'key.pem') }
    const tls = await settleTls(dir, { host: '10.1.2.3', ...given }, 8743)
    expect(tls).toEqual({ host: '10.1.2.3', port: 8743, origin: 'https://10.1.2.3:8743', ...given })
  })

  test('is refused in one sentence when it does not', async () => {
    const certFile = join(dir.tls, 'cert.pem')
    const keyFile = join(dir.tls, 'key.pem')
    const other = join(dir.tls, 'authority.key')
    const refusal = async (given: Parameters<typeof settleTls>[1], now?: number) =>
      await settleTls(dir, given, 8743, now).catch((error: TlsError) => error.message)
    expect(await refusal({ host: '10.1.2.3', certFile })).toMatch(/belong together/)
    expect(await refusal({ host: '10.1.2.3', certFile, keyFile: other })).toMatch(/not that of/)
    expect(await refusal({ host: '10.9.9.9', certFile, keyFile })).toMatch(/not for 10.9.9.9/)
    const late = Date.now() + 400 * day
    expect(await refusal({ host: '10.1.2.3', certFile, keyFile }, late)).toMatch(/holds from/)
    const none = { certFile: join(folder, 'none.pem'), keyFile }
    expect(await refusal({ host: '10.1.2.3', ...none })).toMatch(/no readable certificate/)
    expect(await refusal({ host: 'not a host' })).toMatch(/no address and no name/)
  })
})

test('an address of every kind is written as browsers write it', () => {
  expect(httpsOrigin('192.168.1.5', 8743)).toBe('https://192.168.1.5:8743')
  expect(httpsOrigin('fd00::5', 443)).toBe('https://[fd00::5]')
  expect(namesOf('0.0.0.0').length).toBeGreaterThan(0)
})

test('the api speaks http on this machine and https beyond it, with the same pages', async () => {
  const tls = await settleTls(dir, { host: '127.0.0.1' }, 0)
  const [plain, secure] = [await freePort(), await freePort()]
  const listening = await new Promise<{ close(then: () => void): void }>((resolve) => {
    const at = {
      host: '127.0.0.1',
      port: plain,
      tls: { ...tls, host: '127.0.0.1', port: secure },
    }
    const made = listen(
      (request) => new Response(new URL(request.url).protocol),
      at,
      () => setImmediate(() => resolve(made)),
    )
  })
  const ca = readFileSync(tls.authority!.file, 'utf8')
  const text = (url: string, how: typeof get | typeof httpGet) =>
    new Promise((resolve, reject) => {
      how(url, { ca, agent: false } as object, (answer) => {
        let body = ''
        answer.on('data', (part) => {
          body += part
        })
        answer.on('end', () => resolve(body))
      }).on('error', reject)
    })
  expect(await text(`http://127.0.0.1:${plain}/`, httpGet)).toBe('http:')
  expect(await text(`https://127.0.0.1:${secure}/`, get)).toBe('https:')
  await new Promise<void>((resolve) => listening.close(resolve))
})

async function freePort(): Promise<number> {
  const { createServer: plain } = await import('node:net')
  return await new Promise((resolve) => {
    const server = plain().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}

/** What a client that trusts `ca` says of a server of that name. */
async function reachedAs(
  servername: string,
  { certificate, key }: { certificate: string; key: string },
  ca: string,
): Promise<string> {
  const server = createServer({ cert: certificate, key })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const said = await new Promise<string>((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, servername, ca }, () => {
      socket.destroy()
      resolve('trusted')
    })
    socket.on('error', (error) => resolve(error.message))
  })
  await new Promise((resolve) => server.close(resolve))
  return said
}
