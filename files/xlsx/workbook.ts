/** What a workbook says about its sheets: which there are, what cells share, how numbers are shown. */
import { sharedTextCharactersMax } from '../limits.ts'
import { FileRefusal } from '../refusal.ts'
import { isDateFormat, zerosOfFormat } from './number-format.ts'
import type { Package } from './package.ts'
import { readXml, type XmlEvents } from './xml.ts'

export type CellStyle = { isDate: boolean; zeros: number }
export type Workbook = {
  /** Visible sheets in their order. */
  sheets: readonly { name: string; part: string }[]
  texts: readonly string[]
  styles: readonly CellStyle[]
  /** The calendar of its serial days. */
  isFrom1904: boolean
}

const workbookPart = 'xl/workbook.xml'
const relationsPart = 'xl/_rels/workbook.xml.rels'

export async function readWorkbook(parts: Package): Promise<Workbook> {
  const targets = await targetsOf(parts)
  const sheets: { name: string; part: string }[] = []
  let isFrom1904 = false
  await readPart(parts, workbookPart, {
    open(name, attributes) {
      if (name === 'workbookPr') isFrom1904 = isTrue(attributes.date1904)
      if (name !== 'sheet' || (attributes.state ?? 'visible') !== 'visible') return
      const id = Object.entries(attributes).find(([key]) => key.endsWith(':id'))?.[1] ?? ''
      const part = targets.get(id)
      if (part) sheets.push({ name: attributes.name ?? '', part })
    },
    close() {},
    text() {},
  })
  if (sheets.length === 0) throw new FileRefusal('xlsxNoSheet')
  return { sheets, texts: await sharedTexts(parts), styles: await stylesOf(parts), isFrom1904 }
}

async function targetsOf(parts: Package): Promise<Map<string, string>> {
  const targets = new Map<string, string>()
  await readPart(parts, relationsPart, {
    open(name, { Id, Target, TargetMode }) {
      if (name !== 'Relationship' || !Id || !Target || TargetMode === 'External') return
      targets.set(Id, Target.startsWith('/') ? Target.slice(1) : `xl/${Target}`)
    },
    close() {},
    text() {},
  })
  return targets
}

/** Readings of names (ruby) stand beside the text of a cell and are no part of it. */
async function sharedTexts(parts: Package): Promise<string[]> {
  const texts: string[] = []
  const gathered = gatherText()
  let characters = 0
  await readPart(
    parts,
    'xl/sharedStrings.xml',
    {
      open: (name) => {
        if (name === 'si') gathered.start()
        gathered.open(name)
      },
      close(name) {
        gathered.close(name)
        if (name !== 'si') return
        const text = gathered.take()
        characters += text.length + 8
        if (characters > sharedTextCharactersMax) throw new FileRefusal('xlsxTooLarge')
        texts.push(text)
      },
      text: gathered.text,
    },
    true,
  )
  return texts
}

async function stylesOf(parts: Package): Promise<CellStyle[]> {
  const formats = new Map<number, string>()
  const styles: CellStyle[] = []
  let isCellFormats = false
  await readPart(
    parts,
    'xl/styles.xml',
    {
      open(name, attributes) {
        if (name === 'numFmt') formats.set(Number(attributes.numFmtId), attributes.formatCode ?? '')
        if (name === 'cellXfs') isCellFormats = true
        if (name !== 'xf' || !isCellFormats) return
        const id = Number(attributes.numFmtId ?? 0)
        const code = formats.get(id)
        styles.push({ isDate: isDateFormat(id, code), zeros: zerosOfFormat(code) })
      },
      close(name) {
        if (name === 'cellXfs') isCellFormats = false
      },
      text() {},
    },
    true,
  )
  return styles
}

/** The text of `t` elements, without those of readings; `_x000D_` is how signs are written that XML lacks. */
export function gatherText() {
  let text = ''
  let isText = false
  let readings = 0
  return {
    start() {
      text = ''
      readings = 0
      isText = false
    },
    open(name: string) {
      if (name === 'rPh') readings += 1
      if (name === 't') isText = readings === 0
    },
    close(name: string) {
      if (name === 'rPh') readings -= 1
      if (name === 't') isText = false
    },
    text(more: string) {
      if (isText) text += more
    },
    take: () => unescaped(text),
  }
}

function unescaped(text: string): string {
  if (!text.includes('_x')) return text
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
}

function isTrue(text: string | undefined): boolean {
  return text === '1' || text === 'true'
}

async function readPart(
  parts: Package,
  name: string,
  events: XmlEvents,
  isOptional = false,
): Promise<void> {
  const part = await parts.open(name)
  if (part) await readXml(part, events)
  else if (!isOptional) throw new FileRefusal('xlsxBroken', name)
}
