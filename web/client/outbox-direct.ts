/**
 * Where every scan goes first. This one keeps what is unsent as long as the page is open, and no longer;
 * an outbox on disk has the same shape.
 */
export type OutgoingScan = { scanId: string; [field: string]: unknown }
export type FlushResult = { sent: number; left: number }

export type Outbox = {
  add(scan: OutgoingScan): Promise<void>
  /** Scans that no answer has been had for. */
  count(): Promise<number>
  /** Sends in order; stops at the first that no answer came for. */
  flush(post: (scan: OutgoingScan) => Promise<Response>): Promise<FlushResult>
  onChange(listener: () => void): void
}

export async function openOutbox(): Promise<Outbox> {
  const unsent: OutgoingScan[] = []
  const listeners: (() => void)[] = []
  const changed = () => {
    for (const listener of listeners) listener()
  }
  let underWay: Promise<FlushResult> | undefined

  async function send(post: (scan: OutgoingScan) => Promise<Response>): Promise<FlushResult> {
    let sent = 0
    for (let scan = unsent[0]; scan; scan = unsent[0]) {
      const answer = await post(scan).catch(() => undefined)
      if (!answer || !isFinal(answer.status)) break
      unsent.shift()
      sent++
      changed()
    }
    return { sent, left: unsent.length }
  }

  return {
    async add(scan) {
      unsent.push(scan)
      changed()
    },
    async count() {
      return unsent.length
    },
    async flush(post) {
      while (underWay) await underWay
      underWay = send(post).finally(() => {
        underWay = undefined
      })
      return await underWay
    },
    onChange(listener) {
      listeners.push(listener)
    },
  }
}

/** Recorded, or refused for what it says; anything else may go better later. */
function isFinal(status: number): boolean {
  return status < 400 || status === 409 || status === 422
}
