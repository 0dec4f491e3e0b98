import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { defineCommand } from 'citty'
import { DEFAULT_DATA_DIR } from '../../config/data-dir.ts'
import { isMunicipalityCode } from '../../domain/municipality-code.ts'
import { verifySigned } from '../../evidence/sign.ts'
import { CommandError, commonArgs, exitCodes } from '../common.ts'
import { writeEvidence } from '../evidence/write.ts'

export const evidenceCommand = defineCommand({
  meta: {
    name: 'evidence',
    description: 'Write the signed evidence for a municipality’s assessment, or verify one',
  },
  args: {
    ...commonArgs,
    municipality: { type: 'string', description: 'Its 6-digit code', valueHint: 'code' },
    out: {
      type: 'string',
      description: 'The folder to write (default: evidence/<code>-<time> in the data dir)',
      valueHint: 'folder',
    },
    persons: {
      type: 'string',
      description: 'How many people the file is about (default: the register’s rows)',
      valueHint: 'n',
    },
    handlers: {
      type: 'string',
      description: 'How many people handle it (default: accounts of the office and of the system)',
      valueHint: 'n',
    },
    'serious-accident': {
      type: 'boolean',
      description: 'There was a serious accident within the last year',
    },
    results: {
      type: 'string',
      description: 'What npm test left behind (default: that of this checkout)',
      valueHint: 'file',
    },
    witness: {
      type: 'string',
      description: 'The witness’s file, to verify the ledger against',
      valueHint: 'file',
    },
    verify: { type: 'string', description: 'Verify this folder, offline', valueHint: 'folder' },
    key: {
      type: 'string',
      description: 'With --verify: the public key as known from elsewhere',
      valueHint: 'file',
    },
  },
  run: async ({ args }) => {
    if (args.verify !== undefined) return verify(args.verify, args.key, args.json ?? false)
    const code = args.municipality
    if (code === undefined || !isMunicipalityCode(code)) {
      throw usage('Whose evidence is not said.', 'Name the municipality with --municipality CODE.')
    }
    return await writeEvidence({
      dataDir: args['data-dir'] ?? DEFAULT_DATA_DIR,
      municipalityCode: code,
      persons: countOf('persons', args.persons),
      handlers: countOf('handlers', args.handlers),
      hadSeriousAccident: args['serious-accident'] ?? false,
      out: args.out,
      results: args.results,
      witness: args.witness,
      json: args.json ?? false,
    })
  },
})

function countOf(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw usage(
    `--${flag} takes a whole number, not "${text}".`,
    `Write it in digits: --${flag} 12000.`,
  )
}

function usage(message: string, whatToDo: string): CommandError {
  return new CommandError(message, whatToDo, exitCodes.usage)
}

const faultWords = {
  missing: 'is missing',
  changed: 'was changed',
  notSigned: 'is not what was signed',
  otherKey: 'was signed by another key than the one that was named',
  unknown: 'is not in the manifest',
} as const

/** Exit 0: as it was signed. 3: it is not, and each file at fault is named. */
function verify(folder: string, key: string | undefined, json: boolean): number {
  for (const path of [folder, ...(key ? [key] : [])]) {
    if (!existsSync(path)) throw usage(`There is no ${path}.`, 'Check the path.')
  }
  const found = verifySigned(resolve(folder), key ? readFileSync(key, 'utf8') : undefined)
  if (json) {
    process.stdout.write(`${JSON.stringify(found)}\n`)
  } else if (found.isGood) {
    process.stdout.write(
      `${found.municipalityCode}, written ${found.writtenAt}: ${found.files} files are as they were signed.\n` +
        `Key ${found.fingerprint}\n` +
        (key
          ? ''
          : 'Compare this with the key that the system publishes, or name that with --key.\n'),
    )
  } else {
    for (const { file, why } of found.faults) process.stdout.write(`${file} ${faultWords[why]}.\n`)
  }
  return found.isGood ? exitCodes.ok : exitCodes.judgedWrong
}
