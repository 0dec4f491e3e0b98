import type { ArgsDef } from 'citty'
import { type AnyCommand, CommandError, exitCodes } from './common.ts'

/**
 * citty ignores flags it does not know; a mistyped `--residents` would quietly run the default.
 * Flags are compared in kebab case, so that `--dataDir` and `--data-dir` are one.
 */
export async function rejectUnknownFlags(
  name: string,
  command: AnyCommand,
  args: string[],
): Promise<void> {
  if (command.subCommands) return
  const known = await knownFlags(command)
  let isValue = false
  for (const arg of args) {
    if (isValue || !/^-[^\d]/.test(arg)) {
      isValue = false
      continue
    }
    const flag = kebab(arg.replace(/^--?/, '').replace(/=.*$/s, ''))
    const takesValue = known.get(flag) ?? known.get(flag.replace(/^no-/, ''))
    if (takesValue === undefined) throw unknownFlag(name, flag, [...known.keys()])
    isValue = takesValue && !arg.includes('=')
  }
}

/** Flag → whether the word after it is its value. */
async function knownFlags(command: AnyCommand): Promise<Map<string, boolean>> {
  const { args } = command
  const defined: ArgsDef = await (typeof args === 'function' ? args() : (args ?? {}))
  const flags = new Map<string, boolean>()
  for (const [name, definition] of Object.entries(defined)) {
    if (definition.type === 'positional') continue
    const takesValue = definition.type === 'string' || definition.type === 'enum'
    const aliases = 'alias' in definition ? [definition.alias ?? []].flat() : []
    for (const one of [name, ...aliases]) flags.set(kebab(one), takesValue)
  }
  return flags
}

function unknownFlag(name: string, flag: string, known: string[]): CommandError {
  const list = known.filter((one) => one.length > 1).map((one) => `--${one}`)
  return new CommandError(
    `'${name}' has no flag --${flag}.`,
    `It takes ${[...list, '--help'].join(', ')}.`,
    exitCodes.usage,
  )
}

function kebab(word: string): string {
  return word.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}
