/** The name of a run's file in the folder `sheets`: of its town and its random id, and nothing else. */
export function sheetFileName(run: { municipalityCode: string; runId: string }): string {
  return `${run.municipalityCode}-${run.runId}.pdf`
}
