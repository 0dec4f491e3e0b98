/** What an office has asked for, agreed to and done about register rows of one person. */
import type { PlainDate } from '../../../domain/course.ts'
import type { LinkReason } from '../../../domain/links.ts'
import { type ApprovalRow, listApprovals } from '../../auth/approvals.ts'
import { look, type Sql, type Tx } from '../../client.ts'
import type { OpenPerson } from '../../people/open-person.ts'
import type { Store } from '../../store.ts'
import type { CourseHome } from '../plan-input.ts'
import { inLinks } from './agreed.ts'
import { homeOf, type LinkRow, openRows } from './rows.ts'

/** A row of the own register with what it says; of another town's, the town alone. */
export type ShownRow = {
  municipalityCode: string
  townName: string
  registerNumber?: string
  person?: OpenPerson
}

export type ShownLink = {
  id: string
  now: ShownRow
  former: ShownRow
  sinceOn: PlainDate
  namesAgree: boolean
  reason: LinkReason
  linkedOn: PlainDate
  askedBy: string
  approvedBy: string
  undone?: { on: PlainDate; reason: string }
}

export type AskedLink = {
  approval: ApprovalRow
  now: ShownRow
  former: ShownRow
  sinceOn: PlainDate
  namesAgree: boolean
}

export type Links = { asked: AskedLink[]; links: ShownLink[] }

type LinkRead = Omit<ShownLink, 'now' | 'former' | 'undone'> & {
  now: CourseHome
  former: CourseHome
  unlinkedOn: PlainDate | null
  unlinkReason: string | null
}

const linksMax = 100

/** The newest; each own person of them is a look, and one more when their name is opened. */
export async function listLinks(
  { sql, vault }: Store,
  office: string,
  nowMs: number,
  { opensNames = true } = {},
): Promise<Links> {
  const approvals = (await listApprovals(sql, office)).filter(
    ({ kind, usedAt, expiresAt }) =>
      (kind === 'linkPeople' || kind === 'unlinkPeople') && !usedAt && expiresAt.getTime() > nowMs,
  )
  return inLinks(sql, [office], async (tx) => {
    const links = await readLinks(tx, office)
    const asked = approvals.flatMap((approval) => askedOf(approval, links))
    const pairs = [...asked, ...links]
    const own = await ownRows(tx, office, pairs)
    await look(
      tx,
      own.map((row) => ({ ...homeOf(row), fields: ['registerEvents'] })),
    )
    const people = opensNames ? await openRows(tx, vault, own) : new Map<string, OpenPerson>()
    const names = await townNames(tx, pairs)
    const shown = (row: CourseHome): ShownRow => {
      const known = own.find((each) => each.residentId === row.residentId)
      const person = people.get(row.residentId)
      return {
        municipalityCode: row.municipalityCode,
        townName: names.get(row.municipalityCode) ?? row.municipalityCode,
        ...(known && { registerNumber: known.registerNumber }),
        ...(person && { person }),
      }
    }
    return {
      asked: asked.map((each) => ({ ...each, now: shown(each.now), former: shown(each.former) })),
      links: links.map(({ unlinkedOn, unlinkReason, ...link }) => ({
        ...link,
        now: shown(link.now),
        former: shown(link.former),
        ...(unlinkedOn && unlinkReason && { undone: { on: unlinkedOn, reason: unlinkReason } }),
      })),
    }
  })
}

function readLinks(tx: Tx, office: string): Promise<LinkRead[]> {
  return tx<LinkRead[]>`
    select id, since_on as "sinceOn", names_agree as "namesAgree", reason, linked_on as "linkedOn",
           asked_by as "askedBy", approved_by as "approvedBy", unlinked_on as "unlinkedOn",
           unlink_reason as "unlinkReason",
           json_build_object('municipalityCode', now_municipality_code, 'residentId', now_resident_id) as now,
           json_build_object('municipalityCode', former_municipality_code,
                             'residentId', former_resident_id) as former
      from person_link where municipality_code = ${office}
     order by linked_at desc limit ${linksMax}`
}

type Asked = Omit<AskedLink, 'now' | 'former'> & { now: CourseHome; former: CourseHome }

function askedOf(approval: ApprovalRow, links: LinkRead[]): Asked[] {
  const { kind, subject } = approval
  if (kind === 'unlinkPeople') {
    const link = links.find(({ id, unlinkedOn }) => id === subject.linkId && !unlinkedOn)
    return link ? [{ ...link, approval }] : []
  }
  const text = (name: string) => String(subject[name])
  return [
    {
      approval,
      now: { municipalityCode: text('nowMunicipalityCode'), residentId: text('nowResidentId') },
      former: {
        municipalityCode: text('formerMunicipalityCode'),
        residentId: text('formerResidentId'),
      },
      sinceOn: text('sinceOn') as PlainDate,
      namesAgree: subject.names === 'agree',
    },
  ]
}

function ownRows(tx: Tx, office: string, pairs: { now: CourseHome; former: CourseHome }[]) {
  const ids = pairs.flatMap(({ now, former }) => [now.residentId, former.residentId])
  return tx<LinkRow[]>`
    select municipality_code as "municipalityCode", id as "residentId",
           register_number as "registerNumber"
      from resident where municipality_code = ${office} and id = any(${ids}::uuid[])`
}

async function townNames(tx: Tx, pairs: { now: CourseHome; former: CourseHome }[]) {
  const codes = pairs.flatMap(({ now, former }) => [now.municipalityCode, former.municipalityCode])
  const rows = await tx<{ code: string; name: string }[]>`
    select code, name from municipality where code = any(${codes}::text[])`
  return new Map(rows.map(({ code, name }) => [code, name]))
}

export type LookAlikes = {
  now: LinkRow & Partial<OpenPerson>
  former: LinkRow & Partial<OpenPerson>
  since: PlainDate
}

/** The two rows that a task is about, the later one first; undefined when the office has no such open task. */
export async function lookAlikesOf(
  { sql, vault }: Store,
  office: string,
  taskId: string,
): Promise<LookAlikes | undefined> {
  return inLinks(sql as Sql, [office], async (tx) => {
    const [found] = await tx<{ now: string; former: string; since: PlainDate }[]>`
      select t.resident_id as now, o.resident_id as former,
             (select min(from_on) from residence
               where municipality_code = t.municipality_code and resident_id = t.resident_id) as since
        from task t
        join person p on (p.municipality_code, p.resident_id) = (t.municipality_code, t.resident_id)
        join person o on o.municipality_code = p.municipality_code and o.desk_index = p.desk_index
                     and o.resident_id <> p.resident_id
       where t.municipality_code = ${office} and t.id = ${taskId} and t.kind = 'possiblySamePerson'
         and t.done_at is null
         and t.occasion = md5(least(p.resident_id, o.resident_id)::text
                              || greatest(p.resident_id, o.resident_id)::text)::uuid`
    if (!found) {
      await look(tx, [])
      return undefined
    }
    const home = (residentId: string) => ({ municipalityCode: office, residentId })
    const rows = await ownRows(tx, office, [{ now: home(found.now), former: home(found.former) }])
    await look(
      tx,
      rows.map((row) => ({ ...homeOf(row), fields: ['tasks'] })),
    )
    const people = await openRows(tx, vault, rows)
    const shown = (id: string) => ({
      ...rows.find((row) => row.residentId === id)!,
      ...people.get(id),
    })
    return { now: shown(found.now), former: shown(found.former), since: found.since }
  })
}
