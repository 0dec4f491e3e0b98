/** A truth's register and first tickets told over HTTP, where a test needs people and no stick. */
import type { Client } from '../../simulator/client.ts'
import { problemCode } from '../../simulator/client.ts'
import { isBeforeCampaign, registerNumberOf } from '../../simulator/facts.ts'
import type { Truth } from '../../simulator/truth.ts'

/** Throws what was answered, when any of it is refused. */
export async function registerTruth(client: Client, { header, people }: Truth): Promise<void> {
  const residents = people.map((person) => {
    const { municipalityCode, postcode, address, from } = person.residences[0]!
    return {
      municipalityCode,
      registerNumber: registerNumberOf(person, person.residences[0]!),
      name: person.name,
      bornOn: person.bornOn,
      ...(person.mail && { mail: person.mail }),
      ...(person.myNumber && { myNumber: person.myNumber }),
      ...{ postcode, address, residentSince: from },
    }
  })
  const tickets = people.flatMap((person) =>
    person.tickets
      .filter((ticket) => isBeforeCampaign(ticket.issuedOn, header.epoch))
      .map((ticket) => ({
        ...ticket,
        registerNumber: registerNumberOf(person, person.residences[0]!),
      })),
  )
  await must(client, '/residents', { residents })
  await must(client, '/tickets', { tickets })
}

async function must(client: Client, path: string, body: object): Promise<void> {
  const answer = await client.send('POST', `/api/v1${path}`, body)
  const { results } = (answer.body ?? {}) as { results?: { status: string; code?: string }[] }
  const refused = results?.find(({ status }) => status === 'refused')
  if (answer.status < 300 && !refused) return
  throw new Error(`${path} was refused: ${refused?.code ?? problemCode(answer)}`)
}
