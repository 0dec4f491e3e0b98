import { defineCommand } from 'citty'
import { DEFAULT_DATA_DIR } from '../../config/data-dir.ts'
import { erasureSubject } from '../../db/residents/erasure-subject.ts'
import { commonArgs, exitCodes } from '../common.ts'
import { staffArgs, whoseOf, withTwoPeople } from '../staff.ts'

export const eraseCommand = defineCommand({
  meta: { name: 'erase', description: 'Destroy one person’s key: nobody reads their data again' },
  args: {
    ...commonArgs,
    ...staffArgs,
    reason: {
      type: 'string',
      description: 'Code of why, such as ownRequest or retention',
      valueHint: 'code',
    },
  },
  run: async ({ args }) => {
    const { municipalityCode, residentId } = whoseOf(args)
    const reason = args.reason ?? 'ownRequest'
    const said = await withTwoPeople(args['data-dir'] ?? DEFAULT_DATA_DIR, args, {
      kind: 'keyDestruction',
      subject: erasureSubject(municipalityCode, [residentId]),
      reasonCode: reason,
      carryOut: async (staff, approvalId) => {
        const asked = { municipalityCode, residentId, approvalId, reason }
        return (await staff.post('/api/v1/erasures', asked)) as object
      },
    })
    process.stdout.write(`${JSON.stringify(said)}\n`)
    return exitCodes.ok
  },
})
