/** Writes docs/retention.md anew from the schedule. */
import { writeFile } from 'node:fs/promises'
import { renderRetention } from './retention.ts'

await writeFile(new URL('../../docs/retention.md', import.meta.url), renderRetention())
