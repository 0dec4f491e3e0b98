import type { ClerkEffort } from '../../db/queries/imports/effort.ts'
import { AsOf, Axis, Figure, Section } from '../components/basics.tsx'
import { numberWords } from '../format.ts'
import type { Page } from '../page.ts'

/** What imports cost the clerks, for 1,000 residents: what the municipalities were promised to be little. */
export function Effort({ page, effort, when }: { page: Page; effort: ClerkEffort; when: string }) {
  const { effort: words } = page.words.imports
  const { imports, residents, actions, decisions, minutesOpen } = effort
  return (
    <Section id="clerk-effort" title={words.title}>
      <Axis page={page} axis="inCharge" />
      <AsOf when={when} />
      {imports === 0 ? (
        <p>{words.none}</p>
      ) : (
        <>
          <p>{words.lead(numberWords(imports), numberWords(residents))}</p>
          <dl class="figures">
            <Figure
              label={words.actions}
              value={per1000(actions, residents)}
              notes={words.inAll(numberWords(actions))}
            />
            <Figure
              label={words.decisions}
              value={per1000(decisions, residents)}
              notes={words.inAll(numberWords(decisions))}
            />
            <Figure
              label={words.minutesOpen}
              value={words.minutes(per1000(minutesOpen, residents))}
              notes={words.inAll(words.minutes(numberWords(minutesOpen)))}
            />
          </dl>
          <p class="note">{words.per1000}</p>
        </>
      )}
    </Section>
  )
}

function per1000(n: number, residents: number): string {
  return residents === 0 ? '–' : ((1000 * n) / residents).toFixed(1)
}
