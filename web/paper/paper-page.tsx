import { townClerk } from '../../auth/staff.ts'
import { venuesOf } from '../../db/auth/devices.ts'
import { type FileLine, listFiles } from '../../db/queries/office-files.ts'
import { paperKinds } from '../../domain/office-file.ts'
import { shortIdOf } from '../../domain/short-id.ts'
import { Section } from '../components/basics.tsx'
import { Language } from '../components/form-parts.tsx'
import { wallNow } from '../deps.ts'
import { href, type Page } from '../page.ts'
import { ownApprovals } from './ask.ts'
import { Approvals, Files, Frame } from './parts.tsx'

/** Dose forms and the register of the reader's own municipality. */
export async function paperPage(page: Page, said: string | undefined) {
  const { paper } = page.words
  const { office } = townClerk()
  const [approvals, files, venues] = await Promise.all([
    ownApprovals(page, wallNow()),
    listFiles(page.sql, office, paperKinds),
    venuesOf(page.sql, office),
  ])
  const ours = approvals.filter(({ subject }) => subject.file === 'registerPrint')
  const batches = files.filter(({ kind, state }) => kind === 'doseForms' && state !== 'refused')
  return (
    <Frame page={page} title={paper.paperTitle} said={said}>
      <p class="lead">{paper.paperLead}</p>
      <FormsForm page={page} venues={venues} batches={batches} />
      <RegisterForm page={page} />
      <Approvals page={page} approvals={ours} />
      <Files
        page={page}
        files={files}
        more={(file) =>
          file.kind === 'doseForms' && file.rows ? (
            <a class="work" href={href(page, `/paper/${file.fileId}`)}>
              {paper.toBatch} <code>{shortIdOf(file.fileId)}</code>
            </a>
          ) : null
        }
      />
    </Frame>
  )
}

type Venue = { code: string; name: string }

function FormsForm(props: { page: Page; venues: Venue[]; batches: FileLine[] }) {
  const { page, venues, batches } = props
  const { paper } = page.words
  return (
    <Section id="forms" title={paper.formsTitle}>
      <p>{paper.formsLead}</p>
      <form class="stacked" method="post" action="/paper/forms">
        <Language page={page} />
        <div>
          <label for="venueCode">{paper.venue}</label>
          <select id="venueCode" name="venueCode" required>
            <option value="">{paper.chooseVenue}</option>
            {venues.map(({ code, name }) => (
              <option value={code} lang="ja">
                {name} {code}
              </option>
            ))}
          </select>
        </div>
        <div>
          <label for="givenOn">{paper.day}</label>
          <input id="givenOn" name="givenOn" type="date" required value={page.clock.today()} />
        </div>
        <div>
          <label for="doseNumber">{paper.doseNumber}</label>
          <select id="doseNumber" name="doseNumber">
            {paper.doses.map((words, i) => (
              <option value={String(i + 1)}>{words}</option>
            ))}
          </select>
        </div>
        {batches.length > 0 && (
          <div>
            <label for="afterFile">{paper.goOn}</label>
            <select id="afterFile" name="afterFile">
              <option value="">{paper.fromStart}</option>
              {batches.map(({ fileId }) => (
                <option value={fileId}>{shortIdOf(fileId)}</option>
              ))}
            </select>
          </div>
        )}
        <button type="submit">{paper.makeForms}</button>
      </form>
    </Section>
  )
}

function RegisterForm({ page }: { page: Page }) {
  const { paper } = page.words
  return (
    <Section id="register" title={paper.registerTitle}>
      <p>{paper.registerLead}</p>
      <form class="stacked" method="post" action="/paper/register">
        <Language page={page} />
        <input type="hidden" name="file" value="registerPrint" />
        <div>
          <label for="pages">{paper.whichPages}</label>
          <select id="pages" name="pages">
            <option value="changed">{paper.changedPages}</option>
            <option value="all">{paper.allPages}</option>
          </select>
        </div>
        <button type="submit">{paper.askApproval}</button>
      </form>
    </Section>
  )
}
