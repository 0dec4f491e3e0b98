/**
 * The table of retention as the pack prints it. The classes themselves belong to the part that deletes
 * them; this is the one place that names where they come from.
 */
export type KeptClass = {
  name: string
  holds: { ja: string; en: string }
  purpose: { ja: string; en: string }
  period: { ja: string; en: string }
}

/** None while nothing deletes: the pack then says that there is no such table. */
export const keptClasses: readonly KeptClass[] = []
