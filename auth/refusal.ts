/**
 * Why a caller does not get what it asks for. `code` has words in `i18n/problems/people.ts`; nothing
 * was written. Headers ride with the answer: a nonce, when to come again.
 */
export class Refusal extends Error {
  readonly status: 401 | 403 | 404 | 409 | 422 | 429 | 503
  readonly code: string
  readonly headers: Record<string, string>

  constructor(status: Refusal['status'], code: string, headers: Record<string, string> = {}) {
    super(code)
    this.name = 'Refusal'
    this.status = status
    this.code = code
    this.headers = headers
  }
}
