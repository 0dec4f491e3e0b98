import { townClerk } from '../../auth/staff.ts'
import { listFiles } from '../../db/queries/office-files.ts'
import {
  needsTwoPeople,
  type ReturnKind,
  returnEncodings,
  returnKinds,
} from '../../domain/office-file.ts'
import { Section } from '../components/basics.tsx'
import { Language } from '../components/form-parts.tsx'
import { wallNow } from '../deps.ts'
import type { Page } from '../page.ts'
import { ownApprovals } from './ask.ts'
import { Approvals, Files, Frame } from './parts.tsx'

/** Files of the reader's own municipality. */
export async function exportsPage(page: Page, said: string | undefined) {
  const { paper } = page.words
  const [approvals, files] = await Promise.all([
    ownApprovals(page, wallNow()),
    listFiles(page.sql, townClerk().office, returnKinds),
  ])
  const ours = approvals.filter(({ subject }) => subject.file !== 'registerPrint')
  return (
    <Frame page={page} title={paper.exportsTitle} said={said}>
      <p class="lead">{paper.exportsLead}</p>
      {returnKinds.map((kind) => (
        <AskForm page={page} kind={kind} />
      ))}
      <Approvals page={page} approvals={ours} />
      <Files page={page} files={files} />
    </Frame>
  )
}

/** What a register expects by itself, and what a spreadsheet program opens rightly. */
const usualEncoding: Record<ReturnKind, string> = {
  vaccinationRegister: 'utf-8',
  waitingList: 'utf-8',
  overdueList: 'utf-8-bom',
  statistics: 'utf-8-bom',
}

function AskForm({ page, kind }: { page: Page; kind: ReturnKind }) {
  const { paper } = page.words
  const id = (name: string) => `${name}-${kind}`
  return (
    <Section id={kind} title={paper.kinds[kind]}>
      <p>{paper.about[kind]}</p>
      <form class="stacked" method="post" action="/exports">
        <Language page={page} />
        <input type="hidden" name="file" value={kind} />
        <div>
          <label for={id('encoding')}>{paper.encoding}</label>
          <select id={id('encoding')} name="encoding">
            {returnEncodings.map((encoding) => (
              <option value={encoding} selected={encoding === usualEncoding[kind]}>
                {paper.encodings[encoding]}
              </option>
            ))}
          </select>
          {kind === 'vaccinationRegister' && <p class="note">{paper.encodingNote}</p>}
        </div>
        {kind === 'vaccinationRegister' && <Period page={page} />}
        {kind === 'overdueList' && (
          <div>
            <label>
              <input type="checkbox" name="withAddress" value="1" /> {paper.withAddress}
            </label>
          </div>
        )}
        <button type="submit">{needsTwoPeople(kind, {}) ? paper.askApproval : paper.make}</button>
      </form>
    </Section>
  )
}

function Period({ page }: { page: Page }) {
  const { paper } = page.words
  return (
    <>
      {(['from', 'to'] as const).map((name) => (
        <div>
          <label for={name}>{paper[name]}</label>
          <input id={name} name={name} type="date" />
        </div>
      ))}
      <p class="note">{paper.periodNote}</p>
    </>
  )
}
