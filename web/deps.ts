import type { Logger } from 'pino'
import { type Clock, realClock } from '../config/clock.ts'
import { type DataDir, DEFAULT_DATA_DIR, dataDirAt } from '../config/data-dir.ts'
import { readEnvironment } from '../config/env.ts'
import { connectOrm, type Orm } from '../db/orm.ts'
import type { Store } from '../db/store.ts'
import type { Spool } from '../files/spool.ts'
import type { OversightSources } from './authority-data.ts'

/** What the pages take over from the process they are part of. */
export type WebDeps = Store & {
  clock: Clock
  log: Logger
  temporalNamespace: string
}

/** Where the pages read, and what they may show. */
export type WebPlace = {
  /** A pool of its own, under the api's role. */
  orm: Orm
  dataDir: DataDir
  /** Where files arrive: sealed for the importer, but for what it hands back. */
  spool?: Spool
  /** Whom sticks are sealed for, and who signs receipts; asked of keyd. */
  stickKeys?: () => Promise<{ recipient: string; systemKey: string }>
  /** Only a demo lists mails and letters: in a real system they are other people's. */
  isDemo: boolean
  temporalUiUrl?: string
  /** Whether people may sign in with their organisation's account. */
  oidc?: boolean
  /** The certificate that tablets are given, where it is of our own making. */
  authorityFile?: string
  /** What the authority's page knows from beyond the database. */
  oversight?: OversightSources
}

const poolSize = 4

/** The place that was given, or as the environment says when a page is first asked for: scans never wait for it. */
export function lazyPlace(given?: WebPlace): () => WebPlace {
  let place = given
  return () => {
    place ??= placeFromEnvironment()
    return place
  }
}

/** As the process's environment says; a missing variable is named by the error. */
function placeFromEnvironment(): WebPlace {
  const env = readEnvironment(
    ['DATABASE_URL', 'SESSHU_DATA_DIR', 'SESSHU_DEMO', 'SESSHU_TEMPORAL_UI_URL'],
    { ...process.env, SESSHU_DATA_DIR: process.env.SESSHU_DATA_DIR || DEFAULT_DATA_DIR },
  )
  return {
    orm: connectOrm(env.DATABASE_URL, { name: 'sesshu-pages', max: poolSize }).orm,
    dataDir: dataDirAt(env.SESSHU_DATA_DIR),
    isDemo: env.SESSHU_DEMO,
    ...(env.SESSHU_TEMPORAL_UI_URL && { temporalUiUrl: env.SESSHU_TEMPORAL_UI_URL }),
  }
}

export const wallNow = (): number => realClock.now()
