/** The roles of people, exactly these. What each may do stands in `capabilities.ts`. */
export const roles = [
  'venueStaff',
  'clerk',
  'municipalAdministrator',
  'printOperator',
  'operator',
  'supervisoryAuthority',
  'stateStatistician',
] as const
export type Role = (typeof roles)[number]

/** The office of those who belong to no municipality. */
export const systemOffice = 'system'

const ofMunicipality: readonly Role[] = ['venueStaff', 'clerk', 'municipalAdministrator']

/** A municipality's people belong to it; a printer may print for one or for all; others for none. */
export function fitsOffice(role: Role, office: string): boolean {
  if (role === 'printOperator') return office === systemOffice || /^\d{6}$/.test(office)
  return ofMunicipality.includes(role) ? /^\d{6}$/.test(office) : office === systemOffice
}

/** Short, lower case, typed by people: the letters that every keyboard has. */
export const loginForm = /^[a-z0-9][a-z0-9._-]{2,39}$/
