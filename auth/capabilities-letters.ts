/** Routes of a municipality's own letter texts: a part of the one table (`capabilities.ts`). */
import type { Group } from './capabilities.ts'

export const letterTextGroups: readonly Group[] = [
  {
    // whoever made a text does not release it: the database refuses
    name: 'letterTexts',
    routes: [
      'GET /letter-texts',
      'GET /letter-texts/:kind',
      'POST /letter-texts/:kind',
      'GET /letter-texts/:kind/preview',
      'POST /letter-texts/:kind/:what',
    ],
    may: ['clerk', 'municipalAdministrator'],
  },
]
