import { townOfficer } from '../../auth/caller.ts'
import { type ImportShown, listImports } from '../../db/queries/imports/read.ts'
import { layoutKinds } from '../../domain/municipal-file.ts'
import { Live, Section, Table, Tag } from '../components/basics.tsx'
import { Language } from '../components/form-parts.tsx'
import { Said } from '../components/said.tsx'
import { momentWords, numberWords } from '../format.ts'
import { href, type Page } from '../page.ts'
import { ImportFrame } from './frame.tsx'
import { isMoving, stateTone, stateWords } from './state.ts'

/** Where files come in, and what came of those before. The reader's own municipality's alone. */
export async function importsPage(page: Page, said: string | undefined) {
  const { imports } = page.words
  const found = await listImports(page.sql, townOfficer().office)
  return (
    <ImportFrame page={page} title={imports.title} isLive={found.some(isMoving)}>
      <p class="lead">{imports.lead}</p>
      <Said page={page} words={page.words.imports.said} said={said} />
      <Upload page={page} />
      <Live id="imports">
        <Section id="list" title={imports.listTitle}>
          {found.length === 0 ? <p>{imports.none}</p> : <List page={page} found={found} />}
        </Section>
      </Live>
    </ImportFrame>
  )
}

/** Fields before the file: it is read as it arrives. */
function Upload({ page }: { page: Page }) {
  const { imports } = page.words
  return (
    <Section id="upload" title={imports.uploadTitle}>
      <form class="stacked" method="post" action="/imports" enctype="multipart/form-data">
        <Language page={page} />
        <div>
          <label for="layout">{imports.layout}</label>
          <select id="layout" name="layout">
            <option value="">{imports.layoutAuto}</option>
            {layoutKinds.map((kind) => (
              <option value={kind}>{imports.layouts[kind]}</option>
            ))}
          </select>
        </div>
        <fieldset>
          <legend>{imports.mode}</legend>
          {(['full', 'difference'] as const).map((mode) => (
            <label class="choice">
              <input type="radio" name="mode" value={mode} checked={mode === 'full'} />{' '}
              {imports.modes[mode]}
            </label>
          ))}
        </fieldset>
        <div>
          <label for="file">{imports.file}</label>
          <input id="file" name="file" type="file" required aria-describedby="file-hint" />
          <span class="hint" id="file-hint">
            {imports.fileHint}
          </span>
        </div>
        <button type="submit">{imports.upload}</button>
      </form>
      <p class="note">{imports.stickNote}</p>
    </Section>
  )
}

function List({ page, found }: { page: Page; found: ImportShown[] }) {
  const { imports } = page.words
  return (
    <Table
      caption={imports.listTitle}
      columns={[
        { head: imports.file },
        { head: imports.layout },
        { head: imports.state },
        { head: imports.rows, isNumber: true },
        { head: imports.arrived },
      ]}
      rows={found.map((one) => [
        <a class="work" href={href(page, `/imports/${one.importId}`)} lang="ja">
          {one.file}
        </a>,
        one.layout ? imports.layouts[one.layout] : page.words.unknown,
        <Tag tone={stateTone(one)}>{stateWords(page, one)}</Tag>,
        numberWords(one.counts.rows),
        momentWords(page.clock.campaignAt(one.receivedAt.getTime()), page.lang),
      ])}
    />
  )
}
