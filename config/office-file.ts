/** The name of a file in the folder `exports`: of its town and its random id, and nothing else. */
export function officeFileName(file: { municipalityCode: string; fileId: string }): string {
  return `${file.municipalityCode}-${file.fileId}.sealed`
}
