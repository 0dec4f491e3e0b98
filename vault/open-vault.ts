import { type Actor, actAs, currentActor } from '../config/actor.ts'
import type { Sql } from '../db/client.ts'
import { type Look, recordLooks } from '../db/ledger/record-looks.ts'
import { DomainError } from '../domain/errors.ts'
import { type FieldName, fieldNames, type IndexName } from '../domain/sealed-fields.ts'
import type { Answers, PackedKeys, Refused, WireFieldKeys } from '../keyd/protocol.ts'
import { batchPerTurn, slicesOf } from './batch.ts'
import { type KeydClient, type KeydClientOptions, keydClient } from './keyd-client.ts'
import type { FieldKeys, MyNumberQuestion, ResidentKey, UnlockItem, Vault } from './vault.ts'

export type VaultOptions = KeydClientOptions & {
  /** The pool for looks alone: a look is committed apart from whatever its reader does. */
  looks: Sql
}

const ITEMS_PER_MESSAGE = 2_000
const VALUES_PER_MESSAGE = 10_000
const fieldKeyBytes = 32
const indexBytes = 16

type UnlockAsk = { actor: Actor; purpose: string; items: readonly UnlockItem[] }
type IndexAsk = { municipalityCode: string; index: IndexName; values: readonly string[] }
type Settled = PromiseSettledResult<ItemAnswer[]>
type ItemAnswer = { fieldKeys: WireFieldKeys } | Refused

/** The vault of one process. Closing it leaves the pool of looks to whoever made it. */
export function openVault(options: VaultOptions): Vault {
  const keyd = keydClient(options)
  const unlockTogether = batchPerTurn((asks: UnlockAsk[]) => unlockAll(options.looks, keyd, asks))
  const indexTogether = batchPerTurn((asks: IndexAsk[]) => indexAll(keyd, asks))
  return {
    reach: async () => void (await keyd.ask('publicKey', {})),
    createKeys: (municipalityCode, residentIds, fields) =>
      createKeys(keyd, municipalityCode, residentIds, fields),
    async unlock(purpose, items) {
      if (items.length === 0) return new Map()
      const answer = await unlockTogether({ actor: currentActor(), purpose, items })
      if (answer.status === 'rejected') throw answer.reason
      return keysOf(items, answer.value)
    },
    async index(municipalityCode, index, values) {
      if (values.length === 0) return []
      const slices = slicesOf(values, VALUES_PER_MESSAGE)
      const answers = await Promise.all(
        slices.map((slice) => indexTogether({ municipalityCode, index, values: slice })),
      )
      return answers.flatMap(hmacsOf)
    },
    async erase(municipalityCode, residentIds, because) {
      const asked = { municipalityCode, residentIds: [...residentIds], ...because }
      return (await keyd.ask('erase', asked)).erased
    },
    matchMyNumber: (question) => matchMyNumber(options.looks, keyd, question),
    signManifest: (sha256) => keyd.ask('signManifest', { sha256 }),
    close: async () => keyd.close(),
  }
}

async function createKeys(
  keyd: KeydClient,
  municipalityCode: string,
  residentIds: readonly string[],
  fields: readonly FieldName[] = fieldNames,
): ReturnType<Vault['createKeys']> {
  const made = new Map<string, NewKey>()
  for (const slice of slicesOf(residentIds, ITEMS_PER_MESSAGE)) {
    const asked = { municipalityCode, residentIds: slice, fields: [...fields], packed: true }
    const answer = (await keyd.ask('createKeys', asked)) as PackedKeys
    for (const key of unpackedKeys(municipalityCode, slice, fields, answer)) {
      made.set(key.residentId, key)
    }
  }
  return made
}

type NewKey = ResidentKey & { fieldKeys: FieldKeys }

function unpackedKeys(
  municipalityCode: string,
  residentIds: readonly string[],
  fields: readonly FieldName[],
  { packed, wrappedBytes, keyVersion, dekVersion }: PackedKeys,
): NewKey[] {
  const bytes = Buffer.from(packed, 'base64')
  let at = 0
  const next = (length: number) => {
    at += length
    return bytes.subarray(at - length, at)
  }
  return residentIds.map((residentId) => {
    const wrapped = next(wrappedBytes)
    const fieldKeys: FieldKeys = { dekVersion }
    for (const field of fields) fieldKeys[field] = next(fieldKeyBytes)
    return { municipalityCode, residentId, wrapped, keyVersion, dekVersion, fieldKeys }
  })
}

/**
 * First every look, each under its own actor; only when they are committed, the one question. A look
 * that could not be written fails its own caller and nobody else's.
 */
async function unlockAll(sql: Sql, keyd: KeydClient, asks: UnlockAsk[]): Promise<Settled[]> {
  const looks = await Promise.allSettled(asks.map((ask) => recordLooksOf(sql, ask)))
  const wire = looks.flatMap((look, ask) =>
    look.status === 'rejected'
      ? []
      : asks[ask]!.items.map((item, at) => wireItem(item, look.value[at]!)),
  )
  const slices = slicesOf(wire, ITEMS_PER_MESSAGE)
  const answers = await Promise.all(slices.map((items) => keyd.ask('unlock', { items })))
  const all = answers.flatMap(({ items }) => items)
  return looks.map((look, ask) =>
    look.status === 'rejected'
      ? look
      : { status: 'fulfilled', value: all.splice(0, asks[ask]!.items.length) },
  )
}

function recordLooksOf(sql: Sql, { actor, purpose, items }: UnlockAsk): Promise<string[]> {
  const looks = items.map((item) => lookOf(purpose, item))
  return actAs(actor, () => recordLooks(sql, looks))
}

function wireItem(item: UnlockItem, lookId: string) {
  return { ...wireKey(item), fields: [...item.fields], lookId }
}

async function indexAll(
  keyd: KeydClient,
  asks: IndexAsk[],
): Promise<Answers['index']['items'][number][]> {
  const items = asks.map((ask) => ({ ...ask, values: [...ask.values], packed: true }))
  const slices = slicesByValues(items)
  const answers = await Promise.all(slices.map((slice) => keyd.ask('index', { items: slice })))
  return answers.flatMap((answer) => answer.items)
}

/** Messages of about `VALUES_PER_MESSAGE` values each, never an ask split in two. */
function slicesByValues<Item extends { values: string[] }>(items: Item[]): Item[][] {
  const slices: Item[][] = []
  let values = Number.POSITIVE_INFINITY
  for (const item of items) {
    values += item.values.length
    if (values > VALUES_PER_MESSAGE) {
      slices.push([])
      values = item.values.length
    }
    slices.at(-1)!.push(item)
  }
  return slices
}

async function matchMyNumber(
  sql: Sql,
  keyd: KeydClient,
  question: MyNumberQuestion,
): Promise<string | undefined> {
  const { key, formerMunicipality, moveInEventId, legalBasis, consentRecordedBy } = question
  const look = { purpose: 'legalMatch', fields: ['myNumber'], legalBasis }
  const [asking, former] = await recordLooks(sql, [
    { ...look, municipalityCode: key.municipalityCode, residentId: key.residentId },
    { ...look, municipalityCode: formerMunicipality },
  ])
  const { residentId } = await keyd.ask('matchMyNumber', {
    lookIds: [asking!, former!],
    key: wireKey(key),
    sealed: Buffer.from(question.sealed).toString('base64'),
    moveInEventId,
    formerMunicipality,
    legalBasis,
    ...(consentRecordedBy !== undefined && { consentRecordedBy }),
  })
  return residentId
}

function lookOf(purpose: string, item: UnlockItem): Look {
  const { municipalityCode, residentId, fields, legalBasis, breakGlassId } = item
  return {
    municipalityCode,
    residentId,
    purpose,
    fields: [...fields],
    ...(legalBasis !== undefined && { legalBasis }),
    ...(breakGlassId !== undefined && { breakGlassId }),
  }
}

/** Who was erased is left out; any other refusal is the whole call's. */
function keysOf(items: readonly UnlockItem[], answers: ItemAnswer[]): Map<string, FieldKeys> {
  const keys = new Map<string, FieldKeys>()
  for (const [at, { residentId, dekVersion }] of items.entries()) {
    const answer = answers[at]!
    if ('refused' in answer) {
      if (answer.refused === 'residentErased') continue
      throw new DomainError(answer.refused, answer.detail)
    }
    keys.set(residentId, { ...keys.get(residentId), ...fieldKeysOf(answer.fieldKeys, dekVersion) })
  }
  return keys
}

function hmacsOf(answer: Answers['index']['items'][number]): Uint8Array[] {
  if ('refused' in answer) throw new DomainError(answer.refused, answer.detail)
  if ('hmacs' in answer) return answer.hmacs.map(bytesOf)
  const bytes = Buffer.from(answer.packed, 'base64')
  const hmacs: Uint8Array[] = []
  for (let at = 0; at < bytes.length; at += indexBytes) {
    hmacs.push(bytes.subarray(at, at + indexBytes))
  }
  return hmacs
}

function wireKey({ municipalityCode, residentId, wrapped, keyVersion, dekVersion }: ResidentKey) {
  const text = Buffer.from(wrapped).toString('base64')
  return { municipalityCode, residentId, wrapped: text, keyVersion, dekVersion }
}

function fieldKeysOf(wire: WireFieldKeys, dekVersion: number): FieldKeys {
  const keys: FieldKeys = { dekVersion }
  for (const field of fieldNames) {
    const key = wire[field]
    if (key !== undefined) keys[field] = bytesOf(key)
  }
  return keys
}

function bytesOf(base64: string): Uint8Array {
  return Buffer.from(base64, 'base64')
}
