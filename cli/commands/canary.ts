import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { defineCommand } from 'citty'
import cliProgress from 'cli-progress'
import { DEFAULT_DATA_DIR } from '../../config/data-dir.ts'
import { canary, NotMarked } from '../../judge/canary/canary.ts'
import { type SearchReport, sizeOf } from '../../judge/canary/search.ts'
import { truthFileName } from '../../judge/truth-file.ts'
import { CommandError, commonArgs, exitCodes } from '../common.ts'

const shownLeaks = 50
const megabyte = 1_000_000

export const canaryCommand = defineCommand({
  meta: {
    name: 'canary',
    description: 'Search every file of a finished, marked demo for the words of its people',
  },
  args: commonArgs,
  run: async ({ args }) => await search(args['data-dir'] ?? DEFAULT_DATA_DIR, args.json ?? false),
})

/** Leaks are named by file, place and kind; the word itself is not repeated. */
async function search(dataDir: string, json: boolean): Promise<number> {
  if (!existsSync(join(dataDir, truthFileName))) {
    throw new CommandError(
      `${dataDir} holds no ${truthFileName}: no campaign was played there.`,
      'Play one with: npx sesshu demo --marked --data-dir DIR',
      exitCodes.usage,
    )
  }
  const { files, bytes } = await sizeOf([dataDir])
  const bar = new cliProgress.SingleBar(
    {
      format: 'searching [{bar}] {percentage}% of {total} MB, {files} files',
      stream: process.stderr,
      noTTYOutput: true,
      notTTYSchedule: 5_000,
      hideCursor: false,
    },
    cliProgress.Presets.legacy,
  )
  bar.start(Math.ceil(bytes / megabyte), 0, { files: 0 })
  const done = { files: 0, bytes: 0 }
  const report = await canary(dataDir, {
    onFile: (_, more) => {
      done.files += 1
      done.bytes += more
      bar.update(Math.ceil(done.bytes / megabyte), { files: `${done.files}/${files}` })
    },
  })
    .catch((error) => {
      if (!(error instanceof NotMarked)) throw error
      throw new CommandError(
        error.message,
        'Only made-up, unique words prove anything. Play with: npx sesshu demo --marked',
        exitCodes.usage,
      )
    })
    .finally(() => bar.stop())
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : inWords(report))
  return report.leaks.length === 0 ? exitCodes.ok : exitCodes.judgedWrong
}

function inWords({ files, bytes, leaks }: SearchReport): string {
  const shown = leaks
    .slice(0, shownLeaks)
    .map(({ file, at, what, how }) => `${file} at ${at}: ${what} as ${how}\n`)
  const more = leaks.length > shownLeaks ? `… and ${leaks.length - shownLeaks} more\n` : ''
  return `${shown.join('')}${more}${leaks.length} leaks in ${files} files, ${bytes} bytes\n`
}
