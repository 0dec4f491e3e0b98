import { type RetentionClass, retentionClasses } from '../../domain/retention.ts'

const clocks = { business: '業務日 / business day', wall: '実時間 / wall time' } as const
const jobs: Record<RetentionClass['job'], string> = {
  daily: 'worker, daily',
  atOnce: 'at once',
  memory: 'memory',
  temporal: 'Temporal’s namespace',
  rotation: 'supervisor',
  erasure: 'keyd, two people',
  notYet: 'not due yet',
}

/** The whole of docs/retention.md. */
export function renderRetention(): string {
  const rows = retentionClasses.map((one: RetentionClass) => {
    const cells = [
      `\`${one.name}\``,
      ...[one.holds, one.purpose, one.basis, one.period].map(({ ja, en }) => `${ja}<br>${en}`),
      clocks[one.clock],
      jobs[one.job],
      `${one.proof.ja}<br>${one.proof.en}`,
      one.from,
    ]
    return `| ${cells.join(' | ')} |`
  })
  return `# 保存期間 / Retention

Generated from \`domain/retention.ts\` by \`npx tsx tools/docs/write-retention.ts\`; a test fails when it is
out of date. The worker deletes what is due once a day and writes a row of \`retention_proof\` for each class,
also when nothing was due. \`docs/adr/0015-residents-see-who-looked.md\` says why.

| class | holds | purpose | basis | period | clock | job | proof | since |
|---|---|---|---|---|---|---|---|---|
${rows.join('\n')}
`
}
