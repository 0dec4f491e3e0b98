import type { Tx } from '../client.ts'

/**
 * Whether a dose stands on a course that its person was too young or too old for, and nobody has found
 * it right: a child may have it by a misread number. The course's home must be in scope.
 */
export async function ageIsInQuestion(tx: Tx, courseId: string): Promise<boolean> {
  const [answer] = await tx<{ is: boolean }[]>`select age_in_question(${courseId}) as is`
  return answer!.is
}
