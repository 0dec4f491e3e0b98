import { randomUUID } from 'node:crypto'
import { defineCommand } from 'citty'
import { z } from 'zod'
import { followClock } from '../../config/clock.ts'
import { DEFAULT_DATA_DIR } from '../../config/data-dir.ts'
import { parseTicketLine } from '../../domain/ticket.ts'
import { CommandError, commonArgs, exitCodes } from '../common.ts'
import { type ApiTarget, apiOf, roleUrl, tellTargets, withDatabase } from '../servers.ts'

const answerWithinMs = 15_000

const value = (description: string, valueHint: string) =>
  ({ type: 'string', description, valueHint }) as const

export const scanCommand = defineCommand({
  meta: { name: 'scan', description: 'Record one scan in the running system' },
  args: {
    ...commonArgs,
    line: { ...value('The 18 digits of the ticket', 'digits'), required: true },
    'read-by': {
      type: 'enum',
      options: ['qr', 'typed'],
      default: 'qr',
      description: 'How it was read; typed digits need the birth year or, better, the birth date',
    },
    'birth-year': value('Year of birth that the person states', 'year'),
    'born-on': value('Birth date that the person states, such as 1950-06-09', 'date'),
    venue: value('10-digit institution code of the venue', 'code'),
    product: value('Product, such as pfizer', 'code'),
    lot: value('Lot number', 'number'),
    'given-on': value('Day of the dose, such as 2021-06-09', 'date'),
  },
  run: async ({ args }) => {
    const dataDir = args['data-dir'] ?? DEFAULT_DATA_DIR
    const dose = {
      venueCode: args.venue,
      productCode: args.product,
      lotNumber: args.lot,
      givenOn: args['given-on'],
    }
    const body = {
      scanId: randomUUID(),
      line: args.line,
      readBy: args['read-by'],
      ...(args['birth-year'] && { birthYear: parseYear(args['birth-year']) }),
      ...(args['born-on'] && { bornOn: args['born-on'] }),
      source: 'commandLine',
      ...(await completed(dataDir, dose, args.line)),
    }
    return await scan(await apiOf(dataDir), body, args.json ?? false)
  },
})

function parseYear(text: string): number {
  if (/^\d{4}$/.test(text)) return Number(text)
  throw new CommandError(`"${text}" is no year.`, 'Write it as 1950.', exitCodes.usage)
}

type Dose = Record<'venueCode' | 'productCode' | 'lotNumber' | 'givenOn', string | undefined>

const flags = { venueCode: 'venue', productCode: 'product', lotNumber: 'lot', givenOn: 'given-on' }

/** In a demo what was not said is filled in; of a real dose nothing is ever guessed. */
async function completed(dataDir: string, given: Dose, line: string): Promise<Dose> {
  const missing = Object.entries(flags).filter(([key]) => !given[key as keyof Dose])
  const targets = await tellTargets(dataDir)
  if (missing.length === 0) return given
  const url = await roleUrl(dataDir, targets, 'sesshu_api')
  const usual = await withDatabase(url, 'sesshu-scan', async (sql) => {
    const clock = await followClock(sql)
    clock.close()
    if (!clock.isCampaign()) return undefined
    const today = clock.today()
    const code = municipalityOf(line)
    const [row] = await sql<Omit<Dose, 'givenOn'>[]>`
      select (select v.code from venue v order by v.municipality_code <> ${code}, v.code limit 1)
               as "venueCode", l.product_code as "productCode", l.lot_number as "lotNumber"
        from lot l
       where l.recalled_on is null and (l.expires_on is null or l.expires_on >= ${today})
         and l.product_code = ${given.productCode ?? 'pfizer'}
       order by l.lot_number limit 1`
    return row && { ...row, givenOn: today }
  })
  if (usual) return { ...usual, ...withoutGaps(given) }
  throw new CommandError(
    `What was given is not complete: ${missing.map(([, flag]) => `--${flag}`).join(', ')}.`,
    'Say each of them; only a demo fills them in.',
    exitCodes.usage,
  )
}

function municipalityOf(line: string): string {
  try {
    return parseTicketLine(line).municipalityCode
  } catch {
    // The api refuses it in words of its own.
    return ''
  }
}

function withoutGaps(dose: Dose): Partial<Dose> {
  return Object.fromEntries(Object.entries(dose).filter(([, one]) => one !== undefined))
}

const findingSchema = z.object({ code: z.string(), message: z.string(), whatToDo: z.string() })
const answerSchema = z.object({
  scanId: z.string(),
  verdict: z.string(),
  doseId: z.string().optional(),
  findings: z.array(findingSchema),
  next: z.object({ earliest: z.string(), due: z.string() }).optional(),
})
const problemSchema = z.object({ code: z.string(), detail: z.string(), whatToDo: z.string() })

async function scan(api: ApiTarget, body: object, json: boolean): Promise<number> {
  process.stderr.write(`Scanning at ${api.url}\n`)
  const response = await fetch(`${api.url}/api/v1/scans`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${api.token}`,
      'content-type': 'application/json',
      'accept-language': 'en',
    },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(answerWithinMs),
  }).catch((error) => {
    throw new CommandError(
      `${api.url} does not answer (${(error as Error).message}).`,
      'Look at log/api.log.',
    )
  })
  const answered: unknown = await response.json().catch(() => undefined)
  if (json) process.stdout.write(`${JSON.stringify(answered ?? { status: response.status })}\n`)
  if (!response.ok) return refused(response.status, answered, json)
  const answer = answerSchema.parse(answered)
  if (!json) process.stdout.write(wordsOf(answer))
  return isRecorded(answer.verdict) ? exitCodes.ok : exitCodes.failure
}

function refused(status: number, answered: unknown, json: boolean): number {
  const { data } = problemSchema.safeParse(answered)
  const words = data ? `${data.detail} ${data.whatToDo} (${data.code})` : `HTTP ${status}`
  if (!json) process.stdout.write(`Refused, nothing was written: ${words}\n`)
  return exitCodes.failure
}

function isRecorded(verdict: string): boolean {
  return verdict !== 'held' && verdict !== 'waiting'
}

const verdicts: Record<string, string> = {
  recorded: 'Recorded.',
  recordedWithFindings: 'Recorded, with findings:',
  alreadyRecorded: 'This dose was recorded before; nothing was added.',
  screenedOnly: 'Recorded as a visit without a dose.',
  held: 'Held: attached to nobody until a person decides.',
  waiting: 'Waiting: the ticket is not known yet; it is attached when it is registered.',
}

function wordsOf({ verdict, findings, next, doseId }: z.output<typeof answerSchema>): string {
  return [
    verdicts[verdict] ?? verdict,
    ...findings.map(({ message, whatToDo }) => `  ${message}. ${whatToDo}`),
    ...(doseId ? [`Dose ${doseId}`] : []),
    ...(next ? [`Next dose from ${next.earliest}, due ${next.due}.`] : []),
    '',
  ].join('\n')
}
