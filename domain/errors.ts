/**
 * Every refusal that a caller can get has a stable code. The sentence that a reader sees, and what
 * to do about it, stand in `i18n/`; a `detail` here is for developers and never holds personal data.
 */
export class DomainError extends Error {
  readonly code: string
  /** The input field at fault, as a path such as `ticket.number`. */
  readonly field?: string

  constructor(code: string, detail: string, field?: string) {
    super(detail)
    this.name = 'DomainError'
    this.code = code
    if (field !== undefined) this.field = field
  }
}
