/** The key process of the system on a data dir, as an operator's command reaches it. */
import type { DataDir } from '../config/data-dir.ts'
import { openCredentials } from '../db/server.ts'
import type { KeydClient as KeydClientName } from '../domain/purpose-fields.ts'
import { keydSocketOf, tokenName } from '../supervisor/keyd-process.ts'
import { type KeydClient, keydClient } from '../vault/keyd-client.ts'
import { CommandError } from './common.ts'

/** Throws, with `whatToDo`, where no system was ever started on the data dir. */
export async function connectKeyd(
  dir: DataDir,
  client: KeydClientName,
  whatToDo: string,
): Promise<KeydClient> {
  const token = (await openCredentials(dir.root)).known(tokenName(client))
  if (token === undefined) {
    throw new CommandError(`${dir.credentials} does not know keyd's token.`, whatToDo)
  }
  return keydClient({ socketPath: await keydSocketOf(dir), token })
}
