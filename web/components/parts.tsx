import type { PartStatus } from '../../config/system-status.ts'
import type { Page } from '../page.ts'
import { Tag, type Tone } from './basics.tsx'

const tones: Record<PartStatus['state'], Tone> = {
  waiting: 'plain',
  preparing: 'busy',
  starting: 'busy',
  ready: 'good',
  restarting: 'attention',
  stopping: 'stopped',
  stopped: 'stopped',
}

export function PartTag({ page, state }: { page: Page; state: PartStatus['state'] }) {
  return <Tag tone={tones[state]}>{page.words.partStates[state]}</Tag>
}
