/** Whether the system would take a stick over: everything read to its end, nothing kept and no number used. */
import type { PlainDate } from '../../domain/course.ts'
import type { StickFile } from '../../domain/stick.ts'
import { inspectStick, readStickFile } from '../../files/stick/open.ts'
import type { CheckDeps } from './deps.ts'
import { trustOf } from './take-stick.ts'

export type StickChecked = {
  municipalityCode: string
  sequence: number
  expiresOn: PlainDate
  /** It was taken over before. */
  isTaken: boolean
  files: StickFile[]
}

/** Throws `StickRefused` and `StickPulledOut` as the taking over would. */
export async function checkStick(deps: CheckDeps, folder: string): Promise<StickChecked> {
  const { manifest, isTaken } = await inspectStick(folder, await trustOf(deps))
  for (const index of manifest.files.keys()) {
    const because = { for: 'stick', id: `check-${manifest.sequence}` } as const
    const bytes = readStickFile(folder, manifest, index, (header) =>
      deps.fileKeys.unwrap('imports', header, because),
    )
    for await (const _ of bytes);
  }
  const { municipalityCode, sequence, expiresOn, files } = manifest
  return { municipalityCode, sequence, expiresOn, isTaken, files }
}
