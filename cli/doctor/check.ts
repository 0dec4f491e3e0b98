/**
 * One thing looked at. `fail` means the system cannot work like this, `warn` that something is
 * missing which not everybody needs; both say what to do.
 */
export type Finding =
  | { status: 'ok'; message: string }
  | { status: 'warn' | 'fail'; message: string; whatToDo: string }

export type Check = { name: string; look: () => Promise<Finding> }

export type Checked = { name: string } & Finding

export function ok(message: string): Finding {
  return { status: 'ok', message }
}

export function warn(message: string, whatToDo: string): Finding {
  return { status: 'warn', message, whatToDo }
}

export function fail(message: string, whatToDo: string): Finding {
  return { status: 'fail', message, whatToDo }
}

/** What is out of reach must not hold up the answer to everything else. */
const longestLookMs = 30_000

/** A check that throws has failed: its error is the message. */
export async function carryOut({ name, look }: Check): Promise<Checked> {
  let timer: NodeJS.Timeout | undefined
  const tooLong = new Promise<Finding>((resolve) => {
    const late = fail(`no answer within ${longestLookMs / 1000} s`, 'Look at its log, then retry.')
    timer = setTimeout(() => resolve(late), longestLookMs)
  })
  try {
    return { name, ...(await Promise.race([look(), tooLong])) }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return { name, ...fail(firstLine(message), 'Put that right, then run doctor again.') }
  } finally {
    clearTimeout(timer)
  }
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? text
}
