/**
 * Runs `work` while holding the lock folder `path`, across processes.
 * A lock left by a killed process is taken over.
 */
export function withLock<T>(
  path: string,
  work: () => Promise<T>,
  options?: {
    /** Called once if another process holds the lock, with its id where that can be read. */
    onWait?: (pid: number | undefined) => void
    signal?: AbortSignal
  },
): Promise<T>
