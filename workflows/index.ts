/** What the worker runs: exports only. */
export { eveningBatches } from './evening-batches.ts'
export { importFile } from './import-file.ts'
export { noticeBatch } from './notice-batch.ts'
export { vaccinationCourse } from './vaccination-course.ts'
