import { maySee } from '../../auth/caller.ts'
import { readAs } from '../../db/orm.ts'
import { type TownLine, townLines } from '../../db/queries/pages/overview.ts'
import { AsOf, Axis, Live, Table } from '../components/basics.tsx'
import { numberWords } from '../format.ts'
import { Layout } from '../layout.tsx'
import { asOfWords, href, type Page } from '../page.ts'
import type { Remember } from '../remember.ts'

export async function townsPage(page: Page, remember: Remember) {
  const today = page.clock.today()
  const scope = { municipalityCode: '', purpose: 'showTown' } as const
  const { value: all, readAtMs } = await remember(`towns ${today}`, () =>
    readAs(page.orm, scope, (tx) => townLines(tx, today)),
  )
  const lines = all.filter((line) => maySee(line.code))
  const { words } = page
  return (
    <Layout page={page} title={words.towns.title} isLive>
      <p class="lead">{words.towns.lead}</p>
      <Live id="towns">
        <AsOf when={asOfWords(page, readAtMs)} />
        {lines.length === 0 ? <p>{words.towns.none}</p> : <Lines page={page} lines={lines} />}
      </Live>
      <Axis page={page} axis="issuer" />
      <Axis page={page} axis="residence" />
    </Layout>
  )
}

function Lines({ page, lines }: { page: Page; lines: TownLine[] }) {
  const { towns, axis } = page.words
  const counted = (head: string, by: string) => ({ head: `${head} / ${by}`, isNumber: true })
  return (
    <Table
      caption={towns.title}
      columns={[
        { head: towns.town },
        counted(towns.firstDoses, axis.issuer),
        counted(towns.secondDoses, axis.issuer),
        counted(towns.unresolved, axis.issuer),
        counted(towns.overdue, axis.residence),
      ]}
      rows={lines.map((line) => [
        <a href={href(page, `/towns/${line.code}`)} lang="ja">
          {line.prefecture} {line.name}
        </a>,
        numberWords(line.firstDoses),
        numberWords(line.secondDoses),
        numberWords(line.unresolved),
        numberWords(line.overdue),
      ])}
    />
  )
}
