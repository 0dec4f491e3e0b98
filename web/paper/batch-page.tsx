import type { FileLine } from '../../db/queries/office-files.ts'
import { formStates } from '../../db/queries/paper/dose-forms.ts'
import { products } from '../../domain/product.ts'
import { shortIdOf } from '../../domain/short-id.ts'
import { hasProblemText, problemText } from '../../i18n/problems.ts'
import { Section, Table } from '../components/basics.tsx'
import { Language } from '../components/form-parts.tsx'
import { productName } from '../components/product.ts'
import { numberWords } from '../format.ts'
import { href, type Page } from '../page.ts'
import { Frame } from './parts.tsx'
import { type LineOutcome, linesAtMost } from './read-forms.ts'

type Shown = { said?: string | undefined; outcomes?: LineOutcome[] | undefined }

/** A batch of dose forms: which are back, and a field into which a reader types the others. */
export async function batchPage(page: Page, file: FileLine, { said, outcomes }: Shown) {
  const { paper } = page.words
  const forms = await formStates(page.sql, file)
  const out = forms.filter(({ isBack }) => !isBack)
  const back = numberWords(forms.length - out.length)
  return (
    <Frame page={page} title={paper.batchTitle(shortIdOf(file.fileId))} said={said}>
      <p class="lead">{paper.batchLead}</p>
      {outcomes && <Outcomes page={page} outcomes={outcomes} />}
      <Section id="read" title={paper.readTitle}>
        <p>{paper.back(back, numberWords(forms.length))}</p>
        <ReadForm page={page} file={file} />
      </Section>
      <Section id="missing" title={paper.missing}>
        {out.length === 0 ? (
          <p>● {paper.allBack}</p>
        ) : (
          <p class="numbers">{out.map(({ page: number }) => number).join(' ')}</p>
        )}
      </Section>
      <p>
        <a href={href(page, '/paper')}>{paper.paperTitle}</a>
      </p>
    </Frame>
  )
}

function Outcomes({ page, outcomes }: { page: Page; outcomes: LineOutcome[] }) {
  const { paper } = page.words
  return (
    <Section id="outcomes" title={paper.outcomesTitle}>
      <Table
        caption={paper.outcomesTitle}
        columns={[{ head: '#', isNumber: true }, { head: paper.page }, { head: paper.result }]}
        rows={outcomes.map(({ outcome, page: number, code }, i) => [
          numberWords(i + 1),
          number === undefined ? '–' : numberWords(number),
          <>
            {paper.outcome[outcome] ?? outcome}
            {code && hasProblemText(code) && (
              <p class="note">{problemText(code, page.lang).detail}</p>
            )}
          </>,
        ])}
      />
    </Section>
  )
}

function ReadForm({ page, file }: { page: Page; file: FileLine }) {
  const { paper } = page.words
  return (
    <form class="stacked" method="post" action={`/paper/${file.fileId}/scans`}>
      <Language page={page} />
      <div>
        <label for="givenOn">{paper.day}</label>
        <input
          id="givenOn"
          name="givenOn"
          type="date"
          required
          value={String(file.asked.givenOn ?? '')}
        />
      </div>
      <div>
        <label for="productCode">{paper.product}</label>
        <select id="productCode" name="productCode" required>
          {products.map(({ code }) => (
            <option value={code}>{productName(code, page.lang)}</option>
          ))}
        </select>
      </div>
      <div>
        <label for="lotNumber">{paper.lot}</label>
        <input id="lotNumber" name="lotNumber" required maxlength={20} autocomplete="off" />
      </div>
      <div>
        <label for="result">{paper.result}</label>
        <select id="result" name="result">
          {(['vaccination', 'screenedOnly'] as const).map((result) => (
            <option value={result}>{paper.results[result]}</option>
          ))}
        </select>
      </div>
      <div>
        <label for="lines">{paper.lines}</label>
        <textarea
          id="lines"
          name="lines"
          rows={8}
          required
          autocomplete="off"
          maxlength={linesAtMost * 40}
        ></textarea>
        <p class="note">{paper.linesNote}</p>
      </div>
      <button type="submit">{paper.record}</button>
    </form>
  )
}
