/** What `sesshu stick` does, for towns (key, pack, open with a key, receipt) and beside a running system. */
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Decrypter } from 'age-encryption'
import { realClock } from '../config/clock.ts'
import { dataDirAt } from '../config/data-dir.ts'
import { addDays, tokyoDateOf } from '../domain/calendar.ts'
import type { PlainDate } from '../domain/course.ts'
import type { FileSource, LayoutKind } from '../domain/municipal-file.ts'
import {
  fromBase64,
  resultsFolder,
  type StickManifest,
  sequenceAt,
  stickLimits,
  toBase64,
} from '../domain/stick.ts'
import { openSealed } from '../files/sealed-file.ts'
import { packStick } from '../files/stick/pack.ts'
import { codeOf } from '../files/stick/portable/seal-stick.ts'
import {
  lockTownKey,
  makeTownKey,
  passphraseChars,
  type TownKey,
  unlockTownKey,
} from '../files/stick/portable/town-key.ts'
import { verifyReceipt } from '../files/stick/receipt.ts'
import { checkUnaided, needsAKey, provenUnaided } from '../files/stick/unaided.ts'
import { writeDurably } from '../files/stick/write.ts'
import { fileKeysOver, type StickKeys, stickKeysOf } from '../vault/file-keys.ts'
import type { KeydClient } from '../vault/keyd-client.ts'
import { checkStick } from '../workers/sticks/check-stick.ts'
import { CommandError, exitCodes } from './common.ts'
import { connectKeyd } from './keyd.ts'
import { roleUrl, tellTargets, withDatabase } from './servers.ts'

const daysDefault = 30

/** A new key of a town; never over another one. */
export async function makeKey(path: string, municipalityCode: string): Promise<object> {
  const key = await makeTownKey(municipalityCode)
  const locked = await lockTownKey(key, passphrase())
  if (await isThere(path)) {
    throw new CommandError(
      `${path} is there already.`,
      'A key is never written over: name another.',
    )
  }
  await writeDurably(path, [locked])
  return { municipalityCode, publicKey: toBase64(key.publicKey), code: codeOf(key.publicKey) }
}

export type PackFlags = {
  key: string
  /** `age1…`; asked of the system on the data dir when it is not given. */
  to?: string | undefined
  sequence?: number | undefined
  expires?: PlainDate | undefined
  mode: 'full' | 'difference'
  kind?: LayoutKind | undefined
}

export async function pack(
  dataDir: string,
  folder: string,
  paths: readonly string[],
  flags: PackFlags,
): Promise<StickManifest> {
  const now = new Date(realClock.now())
  const key = await openKey(flags.key)
  const files = await Promise.all(paths.map(sourceAt))
  return await packStick({
    folder,
    key,
    recipient: flags.to ?? (await systemKeys(dataDir)).recipient,
    sequence: flags.sequence ?? sequenceAt(now),
    madeAt: now.toISOString(),
    expiresOn: flags.expires ?? addDays(tokyoDateOf(now), daysDefault),
    files: files.map((source) => ({
      source,
      mode: flags.mode,
      ...(flags.kind && { kind: flags.kind }),
    })),
    wantsAnswers: true,
  })
}

/** What towns are told once: whom to seal for, and whose signature a receipt bears. */
export async function systemKeys(dataDir: string): Promise<StickKeys> {
  return await withKeyd(dataDir, 'keys', stickKeysOf)
}

/**
 * As the watcher would: every byte is read and compared, and nothing is kept. Where no system runs, all that takes
 * no key is checked, and the answer says what does.
 */
export async function check(
  dataDir: string,
  folder: string,
  recipient: string | undefined,
): Promise<object> {
  const targets = await tellTargets(dataDir)
  if (!targets.databaseUrl) return await checkWithoutKeys(folder, recipient)
  const url = await roleUrl(dataDir, targets, 'sesshu_import')
  return await withDatabase(url, 'sesshu-cli-stick', (sql) =>
    withKeyd(dataDir, 'import', async (keyd) => {
      const today = () => tokyoDateOf(new Date(realClock.now()))
      return await checkStick({ sql, fileKeys: fileKeysOver(keyd), today }, folder)
    }),
  )
}

async function checkWithoutKeys(folder: string, recipient: string | undefined): Promise<object> {
  const today = tokyoDateOf(new Date(realClock.now()))
  const { manifest, publicKey } = await checkUnaided(folder, { today, recipient })
  const { format: _format, files, ...said } = manifest
  return {
    ...said,
    signedBy: { publicKey, code: codeOf(fromBase64(publicKey)) },
    files,
    proven: provenUnaided,
    notProven: needsAKey,
    whatToDo:
      'Compare the signing key’s code with the town’s. For the rest, run this beside the system (--data-dir), ' +
      'or let the system take the stick.',
  }
}

/** The answers that came back with a stick, for the town that packed it. */
export async function openAnswers(folder: string, keyPath: string, out: string): Promise<object> {
  const key = await openKey(keyPath)
  const receipt = JSON.parse(await readFile(join(folder, 'receipt.json'), 'utf8')) as {
    answers: { name: string }[]
  }
  const decrypter = new Decrypter()
  decrypter.addIdentity(key.identity)
  const written: string[] = []
  for (const { name } of receipt.answers) {
    const plainName = basename(name).replace(/\.age$/, '')
    const sealed = createReadStream(join(folder, resultsFolder, basename(name)))
    const plain = openSealed(sealed, (header) => decrypter.decryptHeader(header))
    await writeDurably(join(out, plainName), plain)
    written.push(plainName)
  }
  return { folder: out, files: written }
}

/** Throws what `verifyReceipt` throws. */
export async function checkReceipt(dataDir: string, folder: string, key?: string): Promise<object> {
  const systemKey = key ?? (await systemKeys(dataDir)).systemKey
  return { mayBeErased: true, ...(await verifyReceipt(folder, systemKey)) }
}

async function openKey(path: string): Promise<TownKey> {
  const locked = await readFile(path).catch(() => {
    throw new CommandError(
      `There is no ${path}.`,
      'Make one: npx sesshu stick key FILE --municipality C.',
    )
  })
  const key = await unlockTownKey(locked, passphrase())
  if (key) return key
  throw new CommandError(`${path} does not open.`, 'Check SESSHU_STICK_PASSPHRASE, and the file.')
}

/** From the environment alone: a flag would stand in every list of processes. */
function passphrase(): string {
  const given = process.env.SESSHU_STICK_PASSPHRASE ?? ''
  if (given.length >= passphraseChars) return given
  throw new CommandError(
    `SESSHU_STICK_PASSPHRASE has fewer than ${passphraseChars} characters.`,
    'Set it to the passphrase of the key file.',
    exitCodes.usage,
  )
}

async function sourceAt(path: string): Promise<FileSource> {
  const found = await stat(path).catch(() => undefined)
  if (!found?.isFile()) throw new CommandError(`There is no file ${path}.`, 'Nothing was packed.')
  if (found.size > stickLimits.fileBytes) {
    throw new CommandError(`${path} is too large for a stick.`, 'Split it.')
  }
  return { name: basename(path), bytes: found.size, open: () => createReadStream(path) }
}

async function withKeyd<T>(
  dataDir: string,
  client: 'keys' | 'import',
  work: (keyd: KeydClient) => Promise<T>,
): Promise<T> {
  const keyd = await connectKeyd(
    dataDirAt(dataDir),
    client,
    'Start the system first (npx sesshu up), name its data dir, or give --to and --system-key.',
  )
  try {
    return await work(keyd)
  } finally {
    keyd.close()
  }
}

async function isThere(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  )
}
