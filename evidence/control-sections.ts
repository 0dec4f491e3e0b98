/** Promises with their results, drills apart, and the exact names of the tests. */
import type { Proof } from '../domain/control.ts'
import type { EvidenceText } from '../i18n/evidence/ja.ts'
import type { Pack } from './pack.ts'
import type { Lang } from './render.ts'
import type { Cell, Sheet } from './sheet.ts'
import type { Speech } from './speech.ts'

type Text = EvidenceText['controls']

export function controlSections(
  sheet: Sheet,
  { run, proofs }: Pack,
  text: Text,
  lang: Lang,
  speech: Speech,
): void {
  sheet.heading(text.title)
  if (run) {
    const commit = run.commit?.slice(0, 12) ?? ''
    sheet.paragraph(text.run(speech.moment(run.ranAt), speech.number(run.tests), commit))
    if (run.isDirty) sheet.paragraph({ text: text.dirty, ink: 'bad' })
  } else {
    sheet.paragraph({ text: text.noRun, ink: 'bad' })
  }
  promises(sheet, proofs.filter(isPromise), text, lang)
  sheet.keepTogether(40)
  sheet.paragraph({ text: text.drillsTitle, weight: 'bold' })
  sheet.paragraph(text.drillsLead)
  promises(
    sheet,
    proofs.filter((proof) => !isPromise(proof)),
    text,
    lang,
  )
  sheet.keepTogether(30)
  sheet.paragraph({ text: text.namesTitle, weight: 'bold' })
  sheet.table(
    [
      { head: text.columns.id, width: 14 },
      { head: text.columns.test, width: 156 },
    ],
    proofs.map(({ control }) => [
      control.id,
      {
        text: control.tests
          .map(({ file, name }) => `${file}: ${name || text.wholeFile}`)
          .join('\n'),
        size: 7.5,
        lang: 'en',
      },
    ]),
  )
}

const isPromise = ({ control }: Proof) => !control.isDrill

function promises(sheet: Sheet, proofs: Proof[], text: Text, lang: Lang): void {
  sheet.table(
    [
      { head: text.columns.id, width: 12 },
      { head: text.columns.promise, width: 84 },
      { head: text.columns.test, width: 50 },
      { head: text.columns.state, width: 24 },
    ],
    proofs.map((proof) => {
      const { promise, mechanism, test } = proof.control.words[lang]
      return [
        proof.control.id,
        plain(`${promise}\n${mechanism}`),
        plain(test),
        stateCell(proof, text),
      ]
    }),
  )
}

/** Marks of code are for pages. */
function plain(text: string): string {
  return text.replaceAll('`', '')
}

function stateCell({ isProven, passed, gaps }: Proof, text: Text): Cell {
  if (isProven) return { text: `● ${text.proven(String(passed))}`, ink: 'good', weight: 'bold' }
  const why = [...new Set(gaps.map((gap) => text.why[gap.why]))].join('\n')
  return { text: `■ ${text.unproven}\n${why}`, ink: 'bad', weight: 'bold' }
}
