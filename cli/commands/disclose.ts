import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { defineCommand } from 'citty'
import { z } from 'zod'
import { DEFAULT_DATA_DIR } from '../../config/data-dir.ts'
import { CommandError, commonArgs, exitCodes } from '../common.ts'
import { staffArgs, whoseOf, withTwoPeople } from '../staff.ts'

const answer = z.object({ disclosure: z.record(z.string(), z.unknown()), html: z.string() })

/** Readable by its maker alone: it names somebody. */
const fileMode = 0o600

export const discloseCommand = defineCommand({
  meta: { name: 'disclose', description: 'Write down everything held about one person, for them' },
  args: {
    ...commonArgs,
    ...staffArgs,
    out: {
      type: 'string',
      description: 'Writes FILE.json for programs and FILE.html for people to read and print',
      valueHint: 'file',
    },
    lang: { type: 'string', description: 'ja (the default) or en', valueHint: 'lang' },
  },
  run: async ({ args }) => {
    const whose = whoseOf(args)
    const lang = args.lang === 'en' ? 'en' : 'ja'
    const out = args.out && resolve(args.out).replace(/\.(json|html)$/, '')
    if (!out && !args.ask && !args.agree) {
      throw new CommandError('Where to is not said.', 'Name --out FILE.', exitCodes.usage)
    }
    const said = await withTwoPeople(args['data-dir'] ?? DEFAULT_DATA_DIR, args, {
      ...{ kind: 'disclosure', subject: whose, reasonCode: 'ownRequest' },
      carryOut: async (staff, approvalId) => {
        const answered = await staff.post('/api/v1/disclosures', { ...whose, approvalId, lang })
        const { disclosure, html } = answer.parse(answered)
        await writeFile(`${out}.json`, `${JSON.stringify(disclosure, null, 2)}\n`, {
          mode: fileMode,
        })
        await writeFile(`${out}.html`, html, { mode: fileMode })
        return { written: [`${out}.json`, `${out}.html`] }
      },
    })
    process.stdout.write(`${JSON.stringify(said)}\n`)
    return exitCodes.ok
  },
})
