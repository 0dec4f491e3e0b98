import { townOfficer } from '../../auth/caller.ts'
import { listStickKeys, type StickKeyRow } from '../../db/queries/sticks/keys.ts'
import { listRefusals, type RefusalRow } from '../../db/queries/sticks/refusals.ts'
import { listSticks, type ShownStick } from '../../db/queries/sticks/sticks.ts'
import { hasProblemText } from '../../i18n/problems.ts'
import { Section, Table, Tag } from '../components/basics.tsx'
import { ProblemBox } from '../components/form-parts.tsx'
import { momentWords } from '../format.ts'
import { Layout } from '../layout.tsx'
import { href, type Page } from '../page.ts'

/** Sticks of the reader's own municipality: what came, what was refused and why, whose keys count. */
export async function sticksPage(page: Page, said: string | undefined) {
  const { sticks: words } = page.words
  const { office, role, id } = townOfficer()
  const [refusals, sticks, keys] = await Promise.all([
    listRefusals(page.sql, office),
    listSticks(page.sql, office),
    listStickKeys(page.sql, office),
  ])
  const mayKeep = role === 'municipalAdministrator'
  const sentence = said && Object.hasOwn(words.said, said) ? words.said[said] : undefined
  return (
    <Layout page={page} title={words.title}>
      <link rel="stylesheet" href="/assets/office.css" />
      {sentence && (
        <p class="notice-bar" role="status">
          {sentence}
        </p>
      )}
      {said && !sentence && hasProblemText(said) && <ProblemBox page={page} code={said} />}
      <p class="lead">{words.lead}</p>
      {refusals.length > 0 && (
        <Section id="refused" title={words.refusedTitle}>
          {refusals.map((refusal) => (
            <Refused page={page} refusal={refusal} mayKeep={mayKeep} />
          ))}
        </Section>
      )}
      <Section id="sticks" title={words.sticksTitle}>
        {sticks.length === 0 ? <p>{words.none}</p> : <Sticks page={page} sticks={sticks} />}
      </Section>
      <Section id="packer" title={words.packerTitle}>
        <p>{words.packerLead}</p>
        <p>
          <a href={href(page, '/sticks/packer.html')} download="sesshu-packer.html">
            {words.packer}
          </a>
        </p>
      </Section>
      <Section id="keys" title={words.keysTitle}>
        <p>{words.keysLead}</p>
        {keys.map((key) => (
          <Key page={page} row={key} readerId={id} mayKeep={mayKeep} />
        ))}
        {mayKeep && <Register page={page} />}
      </Section>
    </Layout>
  )
}

type Line = { page: Page; mayKeep: boolean }

function Refused({ page, refusal, mayKeep }: Line & { refusal: RefusalRow }) {
  const { sticks: words } = page.words
  const { code, fileName, sequence, publicKey, seenAt } = refusal
  return (
    <div>
      <ProblemBox page={page} code={code} />
      <p class="note">
        {momentWords(seenAt.getTime(), page.lang)}
        {sequence !== null && ` ${words.number} ${sequence}`}
        {fileName && ` ${words.files} ${fileName}`}
      </p>
      {mayKeep && publicKey && code === 'stickSignerUnknown' && (
        <Register page={page} publicKey={publicKey} />
      )}
    </div>
  )
}

function Sticks({ page, sticks }: { page: Page; sticks: ShownStick[] }) {
  const { sticks: words } = page.words
  return (
    <Table
      caption={words.sticksTitle}
      columns={[
        { head: words.number },
        { head: words.files },
        { head: words.state },
        { head: words.seen },
      ]}
      rows={sticks.map((stick) => [
        String(stick.sequence),
        <ul>
          {stick.files.map(({ fileName, importId }) => (
            <li>
              {importId && stick.state !== 'taking' ? (
                <a href={href(page, `/imports/${importId}`)}>{fileName}</a>
              ) : (
                fileName
              )}
            </li>
          ))}
        </ul>,
        <State page={page} stick={stick} />,
        momentWords(stick.seenAt.getTime(), page.lang),
      ])}
    />
  )
}

function State({ page, stick }: { page: Page; stick: ShownStick }) {
  const { sticks: words } = page.words
  const { state, pulledOut, trouble } = stick
  if (pulledOut) return <Tag tone="attention">{words.pulledOut[pulledOut]}</Tag>
  if (trouble) return <Tag tone="attention">{words.troubles[trouble] ?? trouble}</Tag>
  return <Tag tone={state === 'answered' ? 'good' : 'busy'}>{words.states[state]}</Tag>
}

function Key({ page, row, readerId, mayKeep }: Line & { row: StickKeyRow; readerId: string }) {
  const { sticks: words } = page.words
  const { id, code, state, registeredBy } = row
  const tone = { registered: 'busy', confirmed: 'good', revoked: 'stopped' } as const
  // Whoever compares hears the code from the town: the page does not show it before.
  const isSecond = mayKeep && state === 'registered' && registeredBy !== readerId
  return (
    <div>
      <p>
        <Tag tone={tone[state]}>{words.keyStates[state]}</Tag> {!isSecond && <code>{code}</code>}{' '}
        {momentWords(row.registeredAt.getTime(), page.lang)}
      </p>
      {mayKeep && state === 'registered' && registeredBy === readerId && (
        <p class="note">{words.waitsForOther}</p>
      )}
      {isSecond && (
        <form class="stacked" method="post" action={href(page, `/sticks/keys/${id}/confirm`)}>
          <div>
            <label for={`code-${id}`}>{words.typeCode}</label>
            <input id={`code-${id}`} name="code" required autocomplete="off" maxlength={40} />
          </div>
          <button type="submit">{words.confirm}</button>
        </form>
      )}
      {mayKeep && state !== 'revoked' && (
        <form method="post" action={href(page, `/sticks/keys/${id}/revoke`)}>
          <button type="submit" class="second">
            {words.revoke}
          </button>
        </form>
      )}
    </div>
  )
}

function Register({ page, publicKey }: { page: Page; publicKey?: string }) {
  const { sticks: words } = page.words
  const id = publicKey ? `key-${publicKey.slice(0, 8)}` : 'public-key'
  return (
    <form class="stacked" method="post" action={href(page, '/sticks/keys')}>
      <div>
        <label for={id}>{words.publicKey}</label>
        <input id={id} name="publicKey" required value={publicKey ?? ''} maxlength={60} />
      </div>
      <button type="submit">{words.register}</button>
    </form>
  )
}
