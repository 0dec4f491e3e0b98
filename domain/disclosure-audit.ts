/**
 * What a reader with pencil and paper could work out from published figures that add up.
 *
 * Figures of nested areas by nested columns form a network: each figure is a pipe, every sum is a joint
 * at which as much flows in as out, and what is published about a figure bounds its pipe. The true
 * counts are one flow. A figure could also be another number if the flow can be led around it without
 * leaving any bound; since all bounds are whole numbers, these detours find exactly the numbers that
 * are possible, no more and no fewer.
 */
export type Pipe = {
  from: number
  to: number
  /** The true count. */
  count: number
  /** What a reader knows of it; both ends included. */
  low: number
  high: number
}

export type Network = {
  pipes: Pipe[]
  /** The pipes that end at each joint, by index. */
  touching: number[][]
}

/** Joints are numbered from 0; every one of them is some pipe's end. */
export function networkOf(pipes: Pipe[]): Network {
  const touching: number[][] = []
  for (const [index, { from, to }] of pipes.entries()) {
    for (const joint of [from, to]) {
      touching[joint] ??= []
      touching[joint].push(index)
    }
  }
  return { pipes, touching }
}

export type Range = { low: number; high: number }

/**
 * The numbers that `pipes[index]` can be for a reader who knows all bounds and that everything adds
 * up, as far as `atMost` below and above its true count.
 */
export function possibleRange(network: Network, index: number, atMost: number): Range {
  const { count } = network.pipes[index]!
  return {
    low: count - slack(network, index, -1, atMost),
    high: count + slack(network, index, 1, atMost),
  }
}

/** How far the flow of one pipe can be changed in one direction. */
function slack(network: Network, index: number, sign: 1 | -1, atMost: number): number {
  const flows = network.pipes.map((pipe) => pipe.count)
  const pipe = network.pipes[index]!
  const limit = Math.min(atMost, sign === 1 ? pipe.high - pipe.count : pipe.count - pipe.low)
  const [start, end] = sign === 1 ? [pipe.to, pipe.from] : [pipe.from, pipe.to]
  for (let done = 0; done < limit; done++) {
    const detour = findDetour(network, { flows, without: index, start, end })
    if (!detour) return done
    for (const { pipe: at, sign: by } of detour) flows[at]! += by
  }
  return limit
}

type Step = { pipe: number; sign: 1 | -1 }

type Search = {
  flows: number[]
  without: number
  start: number
  end: number
}

/** The shortest way on which one more can flow from `start` to `end`, against the stream included. */
function findDetour(network: Network, search: Search): Step[] | undefined {
  const { flows, without, start, end } = search
  const cameBy = new Map<number, Step & { before: number }>()
  const reached = [start]
  for (const joint of reached) {
    if (joint === end) return wayBack(cameBy, start, end)
    for (const index of network.touching[joint]!) {
      if (index === without) continue
      const { from, to, low, high } = network.pipes[index]!
      const isForward = from === joint
      const next = isForward ? to : from
      const hasRoom = isForward ? flows[index]! < high : flows[index]! > low
      if (!hasRoom || next === start || cameBy.has(next)) continue
      cameBy.set(next, { pipe: index, sign: isForward ? 1 : -1, before: joint })
      reached.push(next)
    }
  }
  return undefined
}

function wayBack(
  cameBy: Map<number, Step & { before: number }>,
  start: number,
  end: number,
): Step[] {
  const steps: Step[] = []
  for (let joint = end; joint !== start; joint = cameBy.get(joint)!.before) {
    steps.push(cameBy.get(joint)!)
  }
  return steps
}
