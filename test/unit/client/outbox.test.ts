// The outbox, whatever the network does: each scan reaches the system once, in order, and none is lost.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { rowsAtMost, scanMaxBytes } from '../../../web/client/outbox-core.ts'
import type { Conflict, OutboxScan } from '../../../web/client/outbox-types.ts'
import { type MemoryDisk, memoryDisk, memoryOutbox } from '../../support/memory-outbox.ts'

const minute = 60_000
const json = (status: number, body: object, headers = {}) =>
  new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  })
const problem = (status: number, code: string, headers = {}) =>
  new Response(JSON.stringify({ status, code }), {
    status,
    headers: { 'content-type': 'application/problem+json; charset=utf-8', ...headers },
  })
const acknowledged = (scanId: string, verdict = 'recorded', findings: object[] = []) =>
  json(201, { scanId, verdict, findings })

function tablet(disk: MemoryDisk = memoryDisk()) {
  const clock = { now: 0 }
  let key = 'key'
  const outbox = memoryOutbox({ disk, now: () => clock.now, key: () => key })
  return {
    disk,
    clock,
    outbox,
    loseKey: () => {
      key = 'another key'
    },
  }
}

const scan = (scanId: string) => ({ scanId, line: '211310410000000017' })

describe('an answer', () => {
  const cases: [string, () => Response | Promise<Response>, object, number][] = [
    ['recorded', () => acknowledged('a'), { sent: 1 }, 0],
    ['waiting', () => acknowledged('a', 'waiting'), { sent: 1 }, 0],
    ['told before', () => json(200, { scanId: 'a', verdict: 'recorded' }), { sent: 1 }, 0],
    ['of another scan', () => acknowledged('b'), { sent: 0, stopped: 'offline' }, 1],
    [
      'of a hotspot in its place',
      () => new Response('<h1>Welcome</h1>', { headers: { 'content-type': 'text/html' } }),
      { sent: 0, stopped: 'offline' },
      1,
    ],
    [
      'of a hotspot that refuses',
      () => new Response('log in', { status: 403 }),
      { sent: 0, stopped: 'offline' },
      1,
    ],
    ['none', () => Promise.reject(new TypeError('failed')), { sent: 0, stopped: 'offline' }, 1],
    [
      'that the shift is over',
      () => problem(401, 'unauthorized'),
      { stopped: 'signIn', code: 'unauthorized' },
      1,
    ],
    [
      'that the venue is closed',
      () => problem(403, 'outsideVenueHours'),
      { stopped: 'notNow', code: 'outsideVenueHours' },
      1,
    ],
    [
      'that it is too much',
      () => problem(429, 'tooManyRequests', { 'retry-after': '7' }),
      { stopped: 'tryLater', retryAfterMs: 7_000 },
      1,
    ],
    ['that keys are away', () => problem(503, 'keysAway'), { stopped: 'tryLater' }, 1],
    ['that nothing is there', () => problem(404, 'notFound'), { stopped: 'tryLater' }, 1],
  ]
  test.each(cases)('%s', async (_, answer, expected, left) => {
    const { outbox, clock, disk } = tablet()
    await outbox.add(scan('a'))
    clock.now += 10 * minute
    const result = await outbox.flush(async () => answer())
    expect(result).toMatchObject({ ...expected, left })
    expect(disk.conflicts).toEqual([])
    expect(await outbox.count()).toBe(left)
  })

  test.each([
    ['refused', () => problem(422, 'ticketLineCheck'), 'ticketLineCheck', true],
    ['of another venue', () => problem(403, 'anotherVenue'), 'anotherVenue', true],
    ['under a used id', () => problem(409, 'idUsedForAnotherBody'), 'idUsedForAnotherBody', true],
    [
      'held',
      () => acknowledged('a', 'held', [{ code: 'birthYearDiffers' }]),
      'birthYearDiffers',
      false,
    ],
  ] as const)('late, %s: goes to the venue’s lead', async (_, answer, code, tellsWhat) => {
    const { outbox, clock } = tablet()
    await outbox.add(scan('a'))
    clock.now += 10 * minute
    const told: Conflict[] = []
    const result = await outbox.flush(
      async () => answer(),
      async (conflict) => {
        told.push(conflict)
        return json(201, { id: 'x' })
      },
    )
    expect(result).toMatchObject({ sent: 0, conflicts: 1, left: 0 })
    expect(told).toHaveLength(1)
    expect(told[0]).toMatchObject({ scanId: 'a', code, keptAt: '1970-01-01T00:00:00.000Z' })
    expect(told[0]?.scan).toEqual(tellsWhat ? scan('a') : undefined)
    expect(await outbox.state()).toMatchObject({ unsent: 0, conflicts: 0 })
  })

  test('refused at once is seen by whoever scanned, and no to-do of anybody', async () => {
    const { outbox } = tablet()
    await outbox.add(scan('a'))
    const result = await outbox.flush(async () => problem(422, 'ticketLineCheck'))
    expect(result).toMatchObject({ conflicts: 0, left: 0 })
    expect(result.outcomes).toEqual([
      { scanId: 'a', kind: 'refused', status: 422, code: 'ticketLineCheck', isLate: false },
    ])
  })
})

test('refused after it was said to be kept, it is late, however soon', async () => {
  const { outbox, clock } = tablet()
  await outbox.add(scan('a'))
  await outbox.flush(async () => problem(503, 'tryAgain'))
  clock.now += 500
  const result = await outbox.flush(async () => problem(422, 'ticketLineCheck'))
  expect(result).toMatchObject({ conflicts: 1, left: 0 })
  expect(await outbox.state()).toMatchObject({ conflicts: 1 })
})

test('a lost key is told, and takes no other scan with it', async () => {
  const { outbox, loseKey } = tablet()
  await outbox.add(scan('a'))
  loseKey()
  await outbox.add(scan('b'))
  const told: Conflict[] = []
  const result = await outbox.flush(
    async ({ scanId }) => acknowledged(scanId),
    async (conflict) => {
      told.push(conflict)
      return json(201, {})
    },
  )
  expect(result).toMatchObject({ sent: 1, conflicts: 1, left: 0 })
  expect(told).toMatchObject([{ scanId: 'a', code: 'unreadableOnTablet', status: 0 }])
  expect(told[0]?.scan).toBeUndefined()
})

test('a scan at which the system breaks does not keep the others for ever', async () => {
  const { outbox } = tablet()
  for (const id of ['a', 'b']) await outbox.add(scan(id))
  const post = async ({ scanId }: OutboxScan) =>
    scanId === 'a' ? problem(500, 'internal') : acknowledged(scanId)
  const sent: number[] = []
  for (let n = 0; n < 6; n++) sent.push((await outbox.flush(post)).sent)
  expect(sent).toEqual([0, 0, 0, 0, 1, 0])
  expect(await outbox.count()).toBe(1)
})

test('what is too large, or too much, is not kept, and whoever scans is told', async () => {
  const { outbox, disk } = tablet()
  const large = { scanId: 'a', text: 'あ'.repeat(scanMaxBytes / 3) }
  await expect(outbox.add(large)).rejects.toMatchObject({ code: 'tooLarge' })
  disk.unsent.length = 0
  disk.store.counts = async () => ({ unsent: rowsAtMost, conflicts: 0 })
  await expect(outbox.add(scan('b'))).rejects.toMatchObject({ code: 'full' })
  expect(await outbox.state()).toMatchObject({ isNearlyFull: true })
})

test('whoever listens hears the count at once and after every change', async () => {
  const { outbox, clock } = tablet()
  const heard: number[] = []
  const stop = outbox.onChange(({ unsent }) => heard.push(unsent))
  await Promise.resolve()
  await outbox.add(scan('a'))
  await outbox.add(scan('a'))
  clock.now += 13 * 60 * minute
  expect(await outbox.state()).toMatchObject({ unsent: 1, isOld: true })
  await outbox.flush(async ({ scanId }) => acknowledged(scanId))
  stop()
  await outbox.add(scan('b'))
  expect([heard[0], heard.at(-1)]).toEqual([0, 0])
  expect(heard).toContain(1)
})

/** What befalls one sending: nobody is reached, the answer is lost, the page dies after it, … */
const fates = ['fine', 'unreached', 'answerLost', 'killed', 'busy', 'refused', 'held'] as const

test('T22: a law: over any network and any deaths each scan is recorded once, in order, or told once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...fates), { maxLength: 40 }),
      fc.integer({ min: 1, max: 8 }),
      async (story, scans) => {
        const { system, disk, kept } = await livedThrough(story, scans)
        const ends = [...system.recorded, ...system.refusedIds, ...system.heldIds]
        expect(new Set(ends)).toEqual(new Set(kept))
        expect(system.recorded).toEqual(kept.filter((id) => system.recorded.includes(id)))
        expect(new Set(system.recorded).size).toBe(system.recorded.length)
        expect([...system.told.keys()].sort()).toEqual(
          [...system.refusedIds, ...system.heldIds].sort(),
        )
        expect([disk.unsent, disk.conflicts]).toEqual([[], []])
      },
    ),
    { numRuns: 200 },
  )
})

/** Runs the story, then lets everything go through. */
async function livedThrough(story: (typeof fates)[number][], scans: number) {
  const disk = memoryDisk()
  const clock = { now: 0 }
  const system = outsideSystem()
  const kept: string[] = []
  let page = memoryOutbox({ disk, now: () => clock.now })
  for (let n = 0; n < scans; n++) {
    kept.push(`scan-${n}`)
    await page.add(scan(`scan-${n}`))
  }
  clock.now += 10 * minute
  const left = [...story]
  const fate = () => left.shift() ?? 'fine'
  for (let n = 0; n < story.length + 2; n++) {
    clock.now += minute
    const flush = page.flush(system.post(fate), system.report)
    const died = await Promise.race([flush.then(() => false), system.death()])
    if (died) page = memoryOutbox({ disk, now: () => clock.now })
  }
  return { system, disk, kept }
}

/** The system as the network lets it be seen: idempotent by scanId, like the real one. */
function outsideSystem() {
  const recorded: string[] = []
  const refusedIds = new Set<string>()
  const heldIds = new Set<string>()
  const told = new Map<string, number>()
  let die: (died: true) => void = () => {}
  const take = (scanId: string, fate: (typeof fates)[number]) => {
    if (heldIds.has(scanId) || (fate === 'held' && !recorded.includes(scanId))) {
      if (refusedIds.has(scanId)) return problem(422, 'ticketLineCheck')
      heldIds.add(scanId)
      return acknowledged(scanId, 'held', [{ code: 'birthYearMissing' }])
    }
    if (refusedIds.has(scanId) || (fate === 'refused' && !recorded.includes(scanId))) {
      refusedIds.add(scanId)
      return problem(422, 'ticketLineCheck')
    }
    if (!recorded.includes(scanId)) recorded.push(scanId)
    return acknowledged(scanId)
  }
  return {
    recorded,
    refusedIds,
    heldIds,
    told,
    death: () =>
      new Promise<true>((resolve) => {
        die = resolve
      }),
    post: (next: () => (typeof fates)[number]) => async (sent: OutboxScan) => {
      const fate = next()
      if (fate === 'unreached') throw new TypeError('failed to fetch')
      if (fate === 'busy') return problem(503, 'tryAgain')
      const answer = take(sent.scanId, fate)
      if (fate === 'answerLost') throw new TypeError('connection reset')
      if (fate === 'killed') {
        die(true)
        return await new Promise<never>(() => {})
      }
      return answer
    },
    report: async (conflict: Conflict) => {
      told.set(conflict.scanId, (told.get(conflict.scanId) ?? 0) + 1)
      return json(201, { id: 'x' })
    },
  }
}

test('without a network nobody waits for it at every scan, and a new connection is used at once', async () => {
  const { outbox, clock } = tablet()
  await outbox.add(scan('a'))
  let tries = 0
  const nobody = async () => {
    tries += 1
    throw new TypeError('failed to fetch')
  }
  for (let n = 0; n < 5; n++) expect((await outbox.flush(nobody)).stopped).toBe('offline')
  expect(tries).toBe(1)
  clock.now += 1_500
  await outbox.flush(nobody)
  expect(tries).toBe(2)
  outbox.isReconnected()
  expect((await outbox.flush(async () => acknowledged('a'))).sent).toBe(1)
})
