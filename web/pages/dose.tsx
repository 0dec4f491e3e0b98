import { maySee } from '../../auth/caller.ts'
import { type DoseSeen, seeDose } from '../../db/queries/dose-changes/read.ts'
import { doseChangeReasons, undoReason } from '../../domain/dose-change.ts'
import { products } from '../../domain/product.ts'
import { hasProblemText } from '../../i18n/problems.ts'
import { Section, Tag } from '../components/basics.tsx'
import { contentLines, DoseChanges } from '../components/dose-changes.tsx'
import { BirthDate, Language, ProblemBox } from '../components/form-parts.tsx'
import { productName } from '../components/product.ts'
import { dayWords } from '../format.ts'
import { Layout } from '../layout.tsx'
import { href, type Page } from '../page.ts'

type Shown = { page: Page; dose: DoseSeen }

/** One dose, what was changed of it, and the forms to change it. Undefined for whoever may not. */
export async function dosePage(page: Page, doseId: string, query: { said?: string }) {
  const { who, words } = page
  if (who.kind !== 'account' || !maySee(who.office)) return undefined
  const ask = { doseId, municipalityCode: who.office }
  const dose = await seeDose(page, ask, page.clock.today())
  if (!dose) return undefined
  const shown = { page, dose }
  const { doseChanges } = words
  return (
    <Layout page={page} title={doseChanges.title(dose.claimedDoseNumber)}>
      <Refused page={page} said={query.said} />
      <p>
        <a href={href(page, `/courses/${dose.courseId}`)}>{doseChanges.back}</a>
      </p>
      <p>{doseChanges.lead}</p>
      <Now {...shown} />
      {forms(shown)}
    </Layout>
  )
}

function Refused({ page, said }: { page: Page; said: string | undefined }) {
  if (!said || !hasProblemText(said)) return null
  return <ProblemBox page={page} code={said} />
}

function Now({ page, dose }: Shown) {
  const { doseChanges, course } = page.words
  return (
    <Section id="now" title={doseChanges.now}>
      <dl class="facts">
        {contentLines(page, dose).map(([name, value]) => (
          <>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </>
        ))}
        {dose.issuingMunicipalityCode && (
          <>
            <dt>{doseChanges.issuer}</dt>
            <dd>
              <code>{dose.issuingMunicipalityCode}</code>
            </dd>
          </>
        )}
        <dt>{doseChanges.revision}</dt>
        <dd>{String(dose.revision)}</dd>
      </dl>
      {dose.isVoided && <Tag tone="stopped">{course.voided}</Tag>}
      {dose.isConfirmedOnPaper && <Tag tone="good">{doseChanges.confirmed}</Tag>}
      {dose.changes.map((change) => (
        <div>
          <p>
            {dayWords(change.on, page.lang)} <strong>{doseChanges.kinds[change.kind]}</strong>
          </p>
          <DoseChanges page={page} change={change} />
        </div>
      ))}
    </Section>
  )
}

function forms(shown: Shown) {
  const { page, dose } = shown
  const { doseChanges } = page.words
  if (dose.isVoided) return <p>{doseChanges.voidedLead}</p>
  if (dose.isConfirmedOnPaper) {
    return (
      <Section id="unlock" title={doseChanges.unlockTitle}>
        <p>{doseChanges.confirmedLead}</p>
        <Form {...shown} what="unlock" button={doseChanges.unlock} />
      </Section>
    )
  }
  return (
    <>
      <Section id="correct" title={doseChanges.correctTitle}>
        <p class="note">{doseChanges.correctLead}</p>
        <Form {...shown} what="correct" button={doseChanges.correct}>
          <Fields {...shown} />
        </Form>
      </Section>
      <Section id="reattribute" title={doseChanges.reattributeTitle}>
        <Reattribute {...shown} />
      </Section>
      <Section id="void" title={doseChanges.voidTitle}>
        <p class="note">{doseChanges.voidLead}</p>
        <Form {...shown} what="void" button={doseChanges.void} />
      </Section>
      <Section id="confirm" title={doseChanges.confirmTitle}>
        <p class="note">{doseChanges.confirmLead}</p>
        <Form {...shown} what="confirm" button={doseChanges.confirm} />
      </Section>
    </>
  )
}

/** Whoever is not told the issuer cannot name a ticket of it: a form could only be refused. */
function Reattribute(shown: Shown) {
  const { page, dose } = shown
  const { doseChanges } = page.words
  const issuer = dose.issuingMunicipalityCode
  if (!issuer) return <p>{doseChanges.reattributeNotHere}</p>
  return (
    <div class="desk">
      <link rel="stylesheet" href="/assets/desk.css" />
      <p class="note">{doseChanges.reattributeLead}</p>
      <Form {...shown} what="reattribute" button={doseChanges.reattribute}>
        <input type="hidden" name="issuer" value={issuer} />
        <Text name="number" label={doseChanges.ticketNumber} digits={10} isRequired />
        <BirthDate page={page} legend={doseChanges.bornOn} />
      </Form>
    </div>
  )
}

type FormProps = Shown & {
  what: 'correct' | 'reattribute' | 'void' | 'confirm' | 'unlock'
  button: string
  children?: unknown
}

/** Every form carries the revision that was seen, and asks why. */
function Form({ page, dose, what, button, children }: FormProps) {
  const { doseChanges } = page.words
  const id = `reason-${what}`
  return (
    <form
      class="stacked"
      method="post"
      action={`/courses/${dose.courseId}/doses/${dose.doseId}/${what}`}
    >
      <input type="hidden" name="revision" value={String(dose.revision)} />
      <Language page={page} />
      {children}
      <div>
        <label for={id}>{doseChanges.reason}</label>
        <select id={id} name="reason" required>
          <option value="">{doseChanges.choose}</option>
          {doseChangeReasons
            .filter((reason) => reason !== undoReason)
            .map((reason) => (
              <option value={reason}>{doseChanges.reasons[reason] ?? reason}</option>
            ))}
        </select>
      </div>
      <button type="submit">{button}</button>
    </form>
  )
}

function Fields({ page, dose }: Shown) {
  const { fields } = page.words.doseChanges
  return (
    <>
      <div>
        <label for="givenOn">{fields.givenOn}</label>
        <input id="givenOn" name="givenOn" type="date" value={dose.givenOn} max={dose.recordedOn} />
      </div>
      <div>
        <label for="productCode">{fields.productCode}</label>
        <select id="productCode" name="productCode">
          {products.map(({ code }) => (
            <option value={code} selected={code === dose.productCode}>
              {productName(code, page.lang)}
            </option>
          ))}
        </select>
      </div>
      <Text name="lotNumber" label={fields.lotNumber} value={dose.lotNumber} />
      {dose.venueCode && (
        <Text name="venueCode" label={fields.venueCode} value={dose.venueCode} digits={10} />
      )}
      <div>
        <label for="claimedDoseNumber">{fields.claimedDoseNumber}</label>
        <input
          id="claimedDoseNumber"
          name="claimedDoseNumber"
          type="number"
          min="1"
          max="9"
          value={String(dose.claimedDoseNumber)}
        />
      </div>
    </>
  )
}

function Text(props: {
  name: string
  label: string
  value?: string | undefined
  digits?: number
  isRequired?: boolean
}) {
  const { name, label, value, digits, isRequired } = props
  return (
    <div>
      <label for={name}>{label}</label>
      <input
        id={name}
        name={name}
        type="text"
        autocomplete="off"
        value={value ?? ''}
        maxlength={digits ?? 20}
        {...(digits && { inputmode: 'numeric', pattern: `[0-9]{${digits}}` })}
        {...(isRequired && { required: true })}
      />
    </div>
  )
}
