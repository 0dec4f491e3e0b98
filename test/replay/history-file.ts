/**
 * Histories as JSON files. By the generated classes' own plain form, enums and ids as texts: the
 * SDK's `historyToJSON` fails where npm has installed protobufjs more than once.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import proto, { type temporal } from '@temporalio/proto'

type History = temporal.api.history.v1.IHistory

const { History } = proto.temporal.api.history.v1

export function writeHistory(path: string, history: History): void {
  const plain = History.toObject(History.fromObject(history), {
    longs: String,
    enums: String,
    bytes: String,
  })
  writeFileSync(path, `${JSON.stringify(plain, null, 1)}\n`)
}

export function readHistory(path: string): History {
  return History.fromObject(JSON.parse(readFileSync(path, 'utf8')))
}
