/** `999-0001`, as it stands on envelopes. What is no postcode of seven digits stays as it is. */
export function dashedPostcode(postcode: string): string {
  return postcode.replace(/^(\d{3})(\d{4})$/, '$1-$2')
}
