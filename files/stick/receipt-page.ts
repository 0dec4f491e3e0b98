/** The pages that lie on a stick, for whoever opens it on a PC: Japanese first, English below. No names. */
import type { ImportState } from '../../domain/import.ts'
import { problemText } from '../../i18n/problems.ts'
import { stickPageWords } from '../../i18n/stick-pages.ts'
import type { Receipt } from './receipt.ts'

const style = `
  body { font-family: "Noto Sans JP", "Hiragino Sans", "Yu Gothic", Meiryo, sans-serif; color: #1a1a1c;
    max-width: 60rem; margin: 2rem auto; padding: 0 1rem; line-height: 1.7; }
  .good { border: 3px solid #197a4b; padding: 1rem; }
  .bad { border: 3px solid #ce0000; padding: 1rem; }
  table { border-collapse: collapse; display: block; overflow-x: auto; }
  th, td { border: 1px solid #767676; padding: .3rem .6rem; text-align: right; }
  th:first-child, td:first-child { text-align: left; }
  code { overflow-wrap: anywhere; }
`

export function receiptPage(receipt: Receipt): string {
  return page(
    (['ja', 'en'] as const).map((lang) => {
      const words = stickPageWords[lang]
      const rows = receipt.files.map((file) =>
        [
          escaped(file.name),
          words.states[file.state as ImportState],
          ...[file.rows, file.new, file.changed, file.same, file.needsDecision, file.rejected],
          file.applied,
        ]
          .map((cell) => `<td>${cell}</td>`)
          .join(''),
      )
      return `<section lang="${lang}">
<h1>${words.receiptTitle(receipt.municipalityCode, receipt.sequence)}</h1>
<p class="good"><strong>${words.mayBeErased}</strong> ${words.verify}</p>
<p>${words.issuedAt}: <time>${receipt.issuedAt}</time></p>
${receipt.again ? `<p>${words.issuedAgainAt}: <time>${receipt.again.issuedAt}</time></p>` : ''}
<table><thead><tr>${words.columns.map((head) => `<th scope="col">${head}</th>`).join('')}</tr></thead>
<tbody>${rows.map((row) => `<tr>${row}</tr>`).join('')}</tbody></table>
<h2>${words.answersTitle}</h2>
${receipt.answers.length === 0 ? `<p>${words.noAnswers}</p>` : `<p>${words.answersLead}</p><ul>${receipt.answers.map(({ name }) => `<li><code>results/${escaped(name)}</code></li>`).join('')}</ul>`}
<p>${words.stickIs} <code>${receipt.manifestSha256}</code></p>
</section>`
    }),
  )
}

/** Why the stick was not read, and what to do. */
export function refusalPage(code: string, file?: string): string {
  return page(
    (['ja', 'en'] as const).map((lang) => {
      const { title, detail, whatToDo } = problemText(code, lang)
      const words = stickPageWords[lang]
      const named = file === undefined ? '' : `<p>${words.file}: <code>${escaped(file)}</code></p>`
      return `<section lang="${lang}"><h1>${words.notRead}</h1>
<p class="bad"><strong>${title}</strong><br>${detail}</p>${named}<p>${whatToDo}</p></section>`
    }),
  )
}

function page(sections: string[]): string {
  return `<!doctype html>
<html lang="ja"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${stickPageWords.ja.pageTitle}</title><style>${style}</style></head>
<body><main>${sections.join('\n<hr>\n')}</main></body></html>
`
}

function escaped(text: string): string {
  const signs: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
  return text.replace(/[&<>"]/g, (sign) => signs[sign]!)
}
