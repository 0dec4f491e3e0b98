/**
 * A ticket for whoever looks at the start page: issued by the system itself, as a municipality would, to
 * a made-up person who never comes for a dose, so that a scan by a visitor contradicts nobody's story.
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Answer, Client } from './client.ts'
import { problemCode } from './client.ts'
import { registerNumberOf } from './facts.ts'
import type { Truth } from './truth.ts'

/** As the cast has it; other campaigns have nobody of the kind. */
export const whoNeverComes = 'Never came for the first dose'

/** Numbers that no truth uses: it counts from 1,000,000,000 on. */
const numbers = { first: '9000000000', last: '9000000999' }
/** The same issue, however often the set-up is told. */
const issueId = '7b7c9a3e-5a51-4c0f-9d5b-2f9e6a1c0d11'

/** Read by the start page. */
const demoFile = 'demo.json'

/** Answers whether there was somebody to set apart. Throws when the system refuses. */
export async function setTicketApart(
  client: Client,
  truth: Truth,
  dataDir: string,
): Promise<boolean> {
  const person = truth.people.find(({ title }) => title === whoNeverComes)
  const residence = person?.residences[0]
  if (!person || !residence) return false
  const { municipalityCode } = residence
  const venue = truth.header.venues.find((one) => one.municipalityCode === municipalityCode)
  const lot = truth.people
    .flatMap(({ doses }) => doses)
    .find((dose) => dose.productCode === 'pfizer')
  if (!venue || !lot) return false
  await told(client, 'PUT', '/number-ranges', { municipalityCode, ...numbers })
  const { body: issued } = await told(client, 'POST', '/tickets/issue', {
    ...{ issueId, municipalityCode, reason: person.tickets.length > 0 ? 'lost' : 'first' },
    registerNumber: registerNumberOf(person, residence),
  })
  const print = { municipalityCode, sheetId: issueId }
  const printed = await client.send('POST', '/api/v1/tickets/print', print)
  // Told before, by a set-up that broke off: then its file is not known, and the code alone is shown.
  const runId = (printed.body as { runId?: string } | undefined)?.runId
  const tryTicket = {
    ...{ municipalityCode, number: (issued as { number: string }).number },
    ...{ venueCode: venue.code, lotNumber: lot.lotNumber, ...(runId && { runId }) },
  }
  await writeFile(join(dataDir, demoFile), `${JSON.stringify({ tryTicket })}\n`)
  return true
}

async function told(
  client: Client,
  method: 'PUT' | 'POST',
  path: string,
  body: object,
): Promise<Answer> {
  const answer = await client.send(method, `/api/v1${path}`, body)
  if (answer.status < 300) return answer
  throw new Error(`The set-up was refused at ${method} ${path}: ${problemCode(answer)}.`)
}
