import { defineCommand } from 'citty'
import { DEFAULT_DATA_DIR } from '../../config/data-dir.ts'
import { type Readiness, type ReadyState, readiness } from '../../db/queries/ready.ts'
import { DomainError } from '../../domain/errors.ts'
import { readyWords } from '../../i18n/ready.ts'
import { CommandError, commonArgs, exitCodes } from '../common.ts'
import { roleUrl, tellTargets, withDatabase } from '../servers.ts'

export const readyCommand = defineCommand({
  meta: { name: 'ready', description: 'Say what a municipality has and lacks before it begins' },
  args: {
    ...commonArgs,
    municipality: {
      type: 'string',
      required: true,
      description: 'The municipality’s six digits',
      valueHint: 'code',
    },
  },
  run: async ({ args }) => {
    const code = args.municipality
    if (/^\d{6}$/.test(code)) {
      return await show(args['data-dir'] ?? DEFAULT_DATA_DIR, code, args.json ?? false)
    }
    throw new CommandError(
      `"${code}" is no code of a municipality.`,
      'It has six digits, such as 131041.',
      exitCodes.usage,
    )
  },
})

/** The exit status says whether anything is missing. */
async function show(dataDir: string, code: string, json: boolean): Promise<number> {
  const targets = await tellTargets(dataDir)
  const url = await roleUrl(dataDir, targets, 'sesshu_api')
  const found = await withDatabase(url, 'sesshu-ready', (sql) => readiness({ sql }, code)).catch(
    (error) => {
      if (!(error instanceof DomainError) || error.code !== 'unknownMunicipality') throw error
      throw new CommandError(`No municipality has the code ${code}.`, 'Check the six digits.')
    },
  )
  process.stdout.write(json ? `${JSON.stringify(spoken(found))}\n` : words(found))
  return found.isReady ? exitCodes.ok : exitCodes.failure
}

/** Each part with its sentence and its cure. */
export function spoken({ items, ...found }: Readiness) {
  return { ...found, items: items.map((item) => ({ ...item, ...sentence(item) })) }
}

const marks: Record<ReadyState, string> = { ready: 'ready  ', gaps: 'gaps   ', missing: 'MISSING' }

function words({ municipalityCode, name, isReady, items }: Readiness): string {
  const missing = items.filter(({ state }) => state === 'missing').length
  return [
    `${name} (${municipalityCode}): ${isReady ? 'it can begin' : `missing: ${missing}`}`,
    ...items.flatMap((item) => {
      const { says, whatToDo } = sentence(item)
      const line = `  ${marks[item.state]}  ${item.part.padEnd(9)} ${says}`
      return whatToDo ? [line, `${' '.repeat(21)}${whatToDo}`] : [line]
    }),
    '',
  ].join('\n')
}

function sentence({ code, counts }: Readiness['items'][number]) {
  return readyWords(code, counts, 'en')
}
