import { BirthDate } from '../components/form-parts.tsx'
import { MyFrame, type MyPage, myHref, type Office, OfficeBlock } from './frame.tsx'

export type WhyForm = 'refused' | 'tooMany' | 'away' | 'over'

/** Code and birth date. What was typed before is not shown again: the screen may be another's. */
export function codeForm(
  page: MyPage,
  { why, office }: { why?: WhyForm | undefined; office?: Office | undefined } = {},
) {
  const { form, refused } = page.texts
  return (
    <MyFrame page={page} title={form.title} script="/assets/my.js">
      {why && <Refused page={page} why={why} office={office} />}
      <p class="lead">{form.lead}</p>
      <form class="stacked" method="post" action={myHref(page)}>
        <div>
          <label for="code">{form.code}</label>
          <p class="hint" id="code-hint">
            {form.codeHint}
          </p>
          <input
            id="code"
            name="code"
            class="code"
            required
            maxlength={40}
            autocomplete="off"
            autocapitalize="characters"
            spellcheck={false}
            aria-describedby="code-hint"
          />
        </div>
        <BirthDate page={page} legend={form.bornOn} />
        <button type="submit">{form.open}</button>
      </form>
      <p class="note">{form.limits}</p>
      <p class="note">{form.privacy}</p>
      {!why && <p class="note">{refused.callLetter}</p>}
    </MyFrame>
  )
}

/** The same words for every reason: nobody learns from it whose code was typed, or whether it was one. */
function Refused({
  page,
  why,
  office,
}: {
  page: MyPage
  why: WhyForm
  office: Office | undefined
}) {
  const { refused } = page.texts
  return (
    <div class="error" role="alert">
      <p>
        <strong>{why === 'refused' ? refused.title : refused[why]}</strong>
      </p>
      {why === 'refused' && (
        <>
          <p>{refused.what}</p>
          <p>{refused.newest}</p>
          <p>{refused.letter}</p>
        </>
      )}
      <OfficeBlock page={page} office={office} />
    </div>
  )
}
