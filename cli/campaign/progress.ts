import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { CampaignProgress } from '../../simulator/run.ts'

export type ProgressLine = {
  words(text: string): void
  campaign(progress: CampaignProgress, dataDir: string): void
  end(): void
}

const redrawEveryMs = 200
/** Into a file or a pipe a line goes out only so often, in campaign days. */
const plainEveryDays = 10

/** One line on stderr that is written over again on a terminal. */
export function progressLine(stream: NodeJS.WriteStream = process.stderr): ProgressLine {
  let drawnAt = 0
  let plainDay = -plainEveryDays
  let isOpen = false
  const draw = (text: string) => {
    if (!stream.isTTY) {
      stream.write(`${text}\n`)
      return
    }
    stream.write(`\r\u001b[2K${text.slice(0, Math.max(20, stream.columns - 1))}`)
    isOpen = true
  }
  const end = () => {
    if (isOpen) stream.write('\n')
    isOpen = false
  }
  return {
    words(text) {
      draw(text)
      if (stream.isTTY) end()
    },
    campaign(progress, dataDir) {
      const isDue = stream.isTTY
        ? Date.now() - drawnAt >= redrawEveryMs
        : progress.day >= plainDay + plainEveryDays
      if (!isDue) return
      drawnAt = Date.now()
      plainDay = progress.day
      draw(lineOf(progress, dataDir))
    },
    end,
  }
}

function lineOf({ day, days, doses, told, facts, retries }: CampaignProgress, dataDir: string) {
  const left = `mails ${countIn(dataDir, 'mail', '.eml')}, letter batches ${countIn(dataDir, 'letters', '.pdf')}`
  const again = retries > 0 ? `, tried again ${retries}` : ''
  return `day ${day + 1}/${days}, doses ${doses}, ${left}, facts ${told}/${facts}${again}`
}

function countIn(dataDir: string, folder: string, ending: string): number {
  try {
    return readdirSync(join(dataDir, folder)).filter((name) => name.endsWith(ending)).length
  } catch {
    return 0
  }
}
