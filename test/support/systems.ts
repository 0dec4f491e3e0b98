import { afterEach, beforeEach, expect } from 'vitest'
import { deleteDataDir } from '../../db/server.ts'
import type { ProcessStatus } from '../../supervisor/process.ts'
import { type StartOptions, type System, startSystem } from '../../supervisor/start-system.ts'
import { smallSystem } from './fixtures/small-system.ts'
import {
  newDataDir,
  pidFilesOf,
  processesOf,
  type SupervisorProcess,
  spawnSupervisor,
} from './running-system.ts'

/** Nothing is claimed of how long a start takes; less than a test may last, so that it says what is late. */
export const HEALTHY_WITHIN_MS = 300_000

export type Systems = {
  /** Of this test alone. */
  readonly dataDir: string
  /** What every system here told people. */
  readonly said: string[]
  /** A small system in this process; stopped after the test. */
  start(more?: Partial<StartOptions>): Promise<System>
  /** The same under a supervisor that can be killed. */
  spawnOne(env?: Record<string, string>): SupervisorProcess
}

/** A fresh data dir for every test, and the check that nothing of it is left running after. */
export function useSystems(): Systems {
  let dataDir: string
  let said: string[]
  let systems: System[]
  let supervisors: SupervisorProcess[]

  beforeEach(() => {
    dataDir = newDataDir()
    said = []
    systems = []
    supervisors = []
  })

  afterEach(async () => {
    for (const { child, ended } of supervisors) {
      if (child.exitCode === null && !child.signalCode) child.kill('SIGTERM')
      await ended
    }
    // A supervisor that was killed leaves its processes to the next one.
    if (pidFilesOf(dataDir).length > 0 && systems.length === 0) await start()
    for (const system of systems) await system.stop()
    expect(processesOf(dataDir)).toEqual([])
    await deleteDataDir(dataDir)
  })

  async function start(more: Partial<StartOptions> = {}): Promise<System> {
    const tell = (line: string): void => void said.push(line)
    const log = { info: tell, warn: tell }
    const ports = { web: 0, ui: 0 }
    const options = { dataDir, own: true, log, ports, parts: smallSystem, ...more }
    const system = await startSystem(options)
    systems.push(system)
    return system
  }

  function spawnOne(env: Record<string, string> = {}): SupervisorProcess {
    const supervisor = spawnSupervisor(dataDir, env)
    supervisors.push(supervisor)
    return supervisor
  }

  return {
    get dataDir() {
      return dataDir
    },
    get said() {
      return said
    },
    start,
    spawnOne,
  }
}

export function statusOf(system: System, name: string): ProcessStatus {
  const found = system.processes().find((one) => one.name === name)
  if (!found) throw new Error(`no part ${name}`)
  return found
}
