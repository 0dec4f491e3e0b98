import { createHash } from 'node:crypto'

export type ErasureSubject = {
  op: 'erase'
  municipalityCode: string
  residents: number
  idsDigest: string
}

/** What two people agree to: of these people and nobody else, in whatever order they are named. */
export function erasureSubject(municipalityCode: string, residentIds: string[]): ErasureSubject {
  const ids = [...new Set(residentIds)].sort()
  const idsDigest = createHash('sha256').update(ids.join('\n')).digest('hex')
  return { op: 'erase', municipalityCode, residents: ids.length, idsDigest }
}
