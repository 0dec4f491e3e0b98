/**
 * T4 measured: misread tickets sent over HTTP by enrolled tablets to a real api with keyd and PostgreSQL,
 * against a register whose numbers were given out one after the other. None may land on somebody else.
 */
import { cpus, loadavg } from 'node:os'
import cliProgress from 'cli-progress'
import { freePort } from '../config/ports.ts'
import { benchDatabase } from './lib/database.ts'
import { benchKeyd } from './lib/keyd.ts'
import { seedTablets } from './lib/misread-lanes.ts'
import { birthDates, tryMisreads } from './lib/misreads.ts'
import { startApi, startSealer } from './lib/parts.ts'
import { seedResidents } from './lib/residents.ts'

export type MisreadsBenchOptions = {
  register: number
  tries: number
  devices: number
  seed: number
}

export async function benchMisreads(options: MisreadsBenchOptions, say: (line: string) => void) {
  const startedAt = performance.now()
  const loadBefore = Number(loadavg()[0]!.toFixed(1))
  const closing: (() => Promise<unknown>)[] = []
  try {
    const database = await benchDatabase()
    closing.unshift(() => database.stop())
    const keyd = await benchKeyd(database)
    closing.unshift(() => keyd.stop())
    const port = await freePort()
    const base = `http://127.0.0.1:${port}`
    say(`a register of ${options.register}`)
    const bornOn = birthDates(options.seed)
    const sheets = await seedResidents(database.sql, keyd.vault, options.register, bornOn)
    say(`${options.devices} tablets`)
    const tablets = await seedTablets(database.sql, base, options.devices)
    const api = await startApi(database, keyd, port)
    closing.unshift(() => api.stop())
    const sealer = await startSealer(database)
    closing.unshift(() => sealer.stop())
    const bar = progress(say)
    const { sql } = database
    const tallies = await tryMisreads({
      ...{ sql, base, tablets, sheets, bornOn, lot: 'BENCH1' },
      ...{ tries: options.tries, seed: options.seed, onProgress: bar.show },
    }).finally(bar.end)
    return {
      ...tallies,
      ...options,
      asItShould: tallies.wrongPerson === 0,
      seconds: Math.round((performance.now() - startedAt) / 1_000),
      ...{ loadBefore, cores: cpus().length },
    }
  } finally {
    for (const close of closing) await close()
  }
}

/** On stderr: a bar on a terminal, into a file a line for every tenth. */
function progress(say: (line: string) => void) {
  const bar = new cliProgress.SingleBar(
    {
      format: 'misreads {bar} {value}/{total}, {eta_formatted} left',
      stream: process.stderr,
      noTTYOutput: false,
    },
    cliProgress.Presets.shades_classic,
  )
  let isStarted = false
  let tenths = 0
  return {
    show: (done: number, of: number) => {
      const reached = Math.floor((10 * done) / of)
      if (!process.stderr.isTTY && reached > tenths) say(`${done} of ${of}`)
      tenths = reached
      if (!isStarted) bar.start(of, 0)
      isStarted = true
      bar.update(done)
    },
    end: () => bar.stop(),
  }
}
