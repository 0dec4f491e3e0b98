import type { AuthorityData, WitnessStanding } from '../authority-data.ts'
import { momentWords, numberWords } from '../format.ts'
import type { Page } from '../page.ts'
import { Section, Tag } from './basics.tsx'
import { elapsedWords } from './elapsed.ts'

/** A head is signed each minute while rows come in: twice that is late. */
const signedWithinSeconds = 150
/** Reads of people stop at 60; before that it is worth a look. */
const chainedWithinSeconds = 30

/** The newest head, how old it is, and whether a witness has seen the same. */
export function LedgerSection({ page, data }: { page: Page; data: AuthorityData }) {
  const { oversight } = page.words
  const { size, signedAt, root, origin, unsignedRows, ...ages } = data.ledger
  const isOld = unsignedRows > 0 && ages.oldestUnsignedSeconds > signedWithinSeconds
  return (
    <Section id="ledger" title={oversight.ledgerTitle}>
      {size === null || signedAt === null ? (
        <p>
          <Tag tone="attention">{oversight.noHead}</Tag>
        </p>
      ) : (
        <dl class="facts">
          <dt>{oversight.origin}</dt>
          <dd>
            <code>{origin}</code>
          </dd>
          <dt>{oversight.ledgerRows}</dt>
          <dd>{numberWords(size)}</dd>
          <dt>{oversight.headAge}</dt>
          <dd>
            {elapsedWords(page, data.headAgeSeconds)}{' '}
            <Tag tone={isOld ? 'late' : 'good'}>{isOld ? oversight.headOld : oversight.headOk}</Tag>
          </dd>
          <dt>{oversight.root}</dt>
          <dd>
            <code>{root}</code>
          </dd>
        </dl>
      )}
      <dl class="facts">
        <dt>{oversight.unchainedAge}</dt>
        <dd>
          {ages.unchainedSeconds === 0 ? (
            <Tag tone="good">{oversight.allChained}</Tag>
          ) : (
            <Tag tone={ages.unchainedSeconds > chainedWithinSeconds ? 'late' : 'busy'}>
              {elapsedWords(page, ages.unchainedSeconds)}
            </Tag>
          )}
        </dd>
        <dt>{oversight.witness}</dt>
        <dd>
          <Witness page={page} standing={data.witness} />
        </dd>
      </dl>
    </Section>
  )
}

function Witness({ page, standing }: { page: Page; standing: WitnessStanding }) {
  const { oversight } = page.words
  switch (standing.state) {
    case 'unknown':
      return <Tag tone="plain">{oversight.witnessUnknown}</Tag>
    case 'unread':
      return <Tag tone="attention">{oversight.witnessUnread}</Tag>
    case 'otherLog':
      return <Tag tone="attention">{oversight.witnessOther}</Tag>
    case 'noneYet':
      return <Tag tone="plain">{oversight.noHead}</Tag>
    case 'differs':
      return <Tag tone="late">{oversight.witnessDiffers}</Tag>
    case 'same': {
      const when = momentWords(standing.seenAt.getTime(), page.lang)
      return <Tag tone="good">{oversight.witnessSame(numberWords(standing.size), when)}</Tag>
    }
  }
}
