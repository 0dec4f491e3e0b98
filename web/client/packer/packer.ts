/**
 * The packer: one HTML file that a clerk's PC opens without a network. It makes and opens the town's key,
 * seals files for the system, and reads what comes back. Nothing leaves the page but what is saved.
 */
import { ed25519 } from '@noble/curves/ed25519.js'
import { Decrypter } from 'age-encryption'
import {
  isPlainFileName,
  parseSignature,
  receiptSigned,
  sealedName,
  sequenceAt,
  toBase64,
} from '../../../domain/stick.ts'
import { codeOf, hashOf, listStick, sealStream } from '../../../files/stick/portable/seal-stick.ts'
import {
  lockTownKey,
  makeTownKey,
  passphraseChars,
  type TownKey,
  unlockTownKey,
} from '../../../files/stick/portable/town-key.ts'
import { element, inputOf, offer, say, textIn } from './page.ts'
import { startStick } from './save.ts'
import { words } from './words.ts'

type System = { recipient: string; systemKey: string; municipalityCode: string }

const system = JSON.parse(element('system').textContent ?? '{}') as System
const scryptLogN = 17
let key: TownKey | undefined

element('recipient').textContent = system.recipient
inputOf('municipality').value = system.municipalityCode
inputOf('sequence').value = String(sequenceAt(new Date()))
inputOf('expires').valueAsDate = new Date(Date.now() + 30 * 86_400_000)

on('make-key', async () => {
  const [code, passphrase] = [textIn('municipality'), textIn('new-passphrase')]
  if (!/^\d{6}$/.test(code)) throw new Error(words.municipalityWrong)
  if (passphrase.length < passphraseChars) throw new Error(words.passphraseShort(passphraseChars))
  if (passphrase !== textIn('new-passphrase-again')) throw new Error(words.passphraseDiffers)
  await say('key-state', words.making)
  const made = await makeTownKey(code)
  const locked = await lockTownKey(made, passphrase, scryptLogN)
  offer('key-file', `town-key-${code}.age`, [locked])
  await show(made)
})

on('open-key', async () => {
  const file = inputOf('key').files?.[0]
  if (!file) throw new Error(words.keyMissing)
  await say('key-state', words.opening)
  const bytes = new Uint8Array(await file.arrayBuffer())
  const opened = await unlockTownKey(bytes, textIn('passphrase'))
  if (!opened) throw new Error(words.passphraseWrong)
  await show(opened)
})

async function show(opened: TownKey): Promise<void> {
  key = opened
  element('public-key').textContent = toBase64(opened.publicKey)
  element('key-code').textContent = codeOf(opened.publicKey)
  element('key-shown').hidden = false
  await say('key-state', words.keyIsOpen(opened.municipalityCode))
}

inputOf('files').addEventListener('change', () => {
  const rows = [...(inputOf('files').files ?? [])].map((file) => {
    const line = document.createElement('li')
    line.textContent = `${file.name} (${file.size.toLocaleString()} B)`
    return line
  })
  element('chosen').replaceChildren(...rows)
})

on('pack', () => pack('folder'))
on('pack-files', () => pack('links'))

async function pack(where: 'folder' | 'links'): Promise<void> {
  if (!key) throw new Error(words.keyFirst)
  const files = [...(inputOf('files').files ?? [])]
  if (files.length === 0) throw new Error(words.filesMissing)
  const wrong = files.find(({ name }) => !isPlainFileName(name))
  if (wrong) throw new Error(words.nameWrong(wrong.name))
  const stick = await startStick(where)
  const mode = textIn('mode') === 'full' ? 'full' : 'difference'
  const listed: Parameters<typeof listStick>[0]['files'][number][] = []
  element('read').replaceChildren()
  for (const [index, file] of files.entries()) {
    await say('pack-state', words.sealing(file.name))
    const target = await stick.file(sealedName(index))
    const sealed = await sealStream(system.recipient, file.stream(), target.write)
    await target.close()
    listed.push({ name: file.name, mode, sealed })
    const row = document.createElement('tr')
    for (const text of [
      file.name,
      sealed.rows?.toLocaleString() ?? '-',
      sealed.bytes.toLocaleString(),
      sealed.controlSums.digits.toLocaleString(),
      sealed.sha256,
    ]) {
      row.append(Object.assign(document.createElement('td'), { textContent: text }))
    }
    element('read').append(row)
  }
  const { manifest, signature } = listStick({
    key,
    recipient: system.recipient,
    sequence: Number(textIn('sequence')),
    madeAt: new Date().toISOString(),
    expiresOn: textIn('expires'),
    files: listed,
  })
  for (const [name, bytes] of [
    ['manifest.json', manifest],
    ['manifest.sig', new TextEncoder().encode(signature)],
  ] as const) {
    const target = await stick.file(name)
    await target.write(bytes)
    await target.close()
  }
  await say('pack-state', where === 'folder' ? words.packed : words.packedAsLinks)
}

on('read-back', async () => {
  element('answers').replaceChildren()
  const files = [...(inputOf('stick').files ?? [])]
  const named = (name: string) => files.find((file) => file.name === name)
  const [receipt, signature, manifest] = await Promise.all(
    ['receipt.json', 'receipt.sig', 'manifest.json'].map((name) => named(name)?.arrayBuffer()),
  )
  if (!receipt || !signature || !manifest) throw new Error(words.receiptMissing)
  const bytes = new Uint8Array(receipt)
  const signed = parseSignature(new TextDecoder().decode(signature))
  const isSigned =
    signed !== undefined &&
    toBase64(signed.publicKey) === system.systemKey &&
    ed25519.verify(signed.signature, receiptSigned(hashOf(bytes)), signed.publicKey, {
      zip215: false,
    })
  if (!isSigned) throw new Error(words.receiptWrong)
  const said = JSON.parse(new TextDecoder().decode(bytes)) as {
    manifestSha256: string
    answers: { name: string; sha256: string }[]
  }
  if (said.manifestSha256 !== hashOf(new Uint8Array(manifest))) throw new Error(words.receiptWrong)
  for (const { name, sha256 } of said.answers) {
    const file = named(name)
    const sealed = file && new Uint8Array(await file.arrayBuffer())
    if (!sealed || hashOf(sealed) !== sha256) throw new Error(words.receiptWrong)
    if (!key) continue
    const decrypter = new Decrypter()
    decrypter.addIdentity(key.identity)
    offer('answers', name.replace(/\.age$/, ''), [await decrypter.decrypt(sealed)])
  }
  await say('back-state', key ? words.mayBeErased : words.mayBeErasedKeyFirst)
})

/** One thing at a time; what goes wrong is said where it was asked for. */
function on(id: string, work: () => Promise<void>): void {
  const button = element(id) as HTMLButtonElement
  button.addEventListener('click', async () => {
    const state = button.dataset.state ?? 'pack-state'
    button.disabled = true
    try {
      await work()
    } catch (error) {
      const isAbort = error instanceof DOMException && error.name === 'AbortError'
      await say(state, isAbort ? words.nothingSaved : (error as Error).message, true)
    } finally {
      button.disabled = false
    }
  })
}
