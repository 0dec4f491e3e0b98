/** Throws, saying what to install, when Node is too old. */
export function checkNode(version?: string): void

/** Brings node_modules in step with package-lock.json; two at once take turns. */
export function ensureInstalled(options?: {
  folder?: string
  say?: (line: string) => void
}): Promise<void>

export const root: string
