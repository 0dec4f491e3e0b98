import type { CommandDef } from 'citty'

/** What a command's exit status means; `judgedWrong` is the demo's verdict on itself. */
export const exitCodes = { ok: 0, failure: 1, usage: 2, judgedWrong: 3 } as const

/** Flags that every command has. `--help` is answered before the command is run. */
export const commonArgs = {
  json: { type: 'boolean', description: 'Print the result as one line of JSON' },
  'data-dir': {
    type: 'string',
    description: 'Where the state lies (default .sesshu)',
    valueHint: 'path',
  },
} as const

/**
 * What ends a command with a message: one sentence that says what was wrong, one that says what to
 * do. Thrown anywhere below a command; printed to stderr without a stack.
 */
export class CommandError extends Error {
  readonly exitCode: number
  readonly whatToDo: string

  constructor(message: string, whatToDo: string, exitCode: number = exitCodes.failure) {
    super(message)
    this.name = 'CommandError'
    this.whatToDo = whatToDo
    this.exitCode = exitCode
  }
}

/** Any command, whatever its flags; a `run` that returns a number returns its exit code. */
// biome-ignore lint/suspicious/noExplicitAny: citty's definitions are invariant in their flags.
export type AnyCommand = CommandDef<any>
