import { defineCommand } from 'citty'
import { DEFAULT_DATA_DIR } from '../../config/data-dir.ts'
import { CommandError, commonArgs, exitCodes } from '../common.ts'

export const ledgerCommand = defineCommand({
  meta: {
    name: 'ledger',
    description: 'Write the access ledger into one file (export), or check such a file (verify)',
  },
  args: {
    ...commonArgs,
    what: { type: 'positional', required: true, description: 'export or verify' },
    out: { type: 'string', description: 'export: the file to write', valueHint: 'bundle' },
    bundle: { type: 'string', description: 'verify: the exported file', valueHint: 'file' },
    witness: {
      type: 'string',
      description: 'verify: witness.jsonl of the witness, fetched before the export',
      valueHint: 'file',
    },
    'witness-key': {
      type: 'string',
      description: 'verify: the witness’s public key (witness.pub), when you know it',
      valueHint: 'key',
    },
  },
  run: async ({ args }) => {
    const json = args.json ?? false
    if (args.what === 'export') {
      const { exportTo } = await import('../ledger/export.ts')
      const dataDir = args['data-dir'] ?? DEFAULT_DATA_DIR
      return exportTo(needed(args.out, 'export', '--out'), dataDir, json)
    }
    if (args.what === 'verify') {
      const { verifyFiles } = await import('../ledger/verify.ts')
      const files = {
        bundle: needed(args.bundle, 'verify', '--bundle'),
        witness: needed(args.witness, 'verify', '--witness'),
      }
      return verifyFiles(files, args['witness-key'], json)
    }
    throw new CommandError(
      `ledger takes export or verify, not "${args.what}".`,
      'Such as: npx sesshu ledger export --out ledger.jsonl',
      exitCodes.usage,
    )
  },
})

function needed(value: string | undefined, what: string, flag: string): string {
  if (value) return value
  throw new CommandError(`ledger ${what} needs ${flag}.`, 'See --help.', exitCodes.usage)
}
