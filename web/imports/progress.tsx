import { wallNow } from '../deps.ts'
import { numberWords, shareWords } from '../format.ts'
import type { Part } from './import-page.tsx'

const minuteSeconds = 60

/** How much of the file is done, how fast, and how long it will be; nothing before it has begun. */
export function ProgressBar({ page, found }: Part) {
  const { imports } = page.words
  const { progress } = found
  if (!progress || progress.total === 0) return null
  const { phase, done, total, rows, beganAt } = progress
  const seconds = Math.max(
    1,
    (Math.min(wallNow(), progress.toldAt.getTime()) - beganAt.getTime()) / 1000,
  )
  const left = done > 0 ? ((total - done) * seconds) / done : undefined
  return (
    <div class="progress">
      <label for="progress">
        {imports.progress}: {imports.phases[phase]}
      </label>
      <progress id="progress" max={total} value={done} />
      <p>
        {imports.progressOf(shareWords(done, total), numberWords(rows))}{' '}
        {rows > 0 && imports.speed(numberWords(Math.round(rows / seconds)))}{' '}
        {left !== undefined && done < total && imports.left(durationWords(imports, left))}
      </p>
    </div>
  )
}

function durationWords(imports: Part['page']['words']['imports'], seconds: number): string {
  if (seconds < minuteSeconds) return imports.seconds(numberWords(Math.ceil(seconds)))
  return imports.minutes(numberWords(Math.ceil(seconds / minuteSeconds)))
}
