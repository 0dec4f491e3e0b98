import type { Page } from '../page.ts'

/** The style sheet of these pages, and what became of a form. */
export function Head({ page, said }: { page: Page; said?: string | undefined }) {
  const { office } = page.words
  const sentence = said && Object.hasOwn(office.said, said) ? office.said[said] : undefined
  return (
    <>
      <link rel="stylesheet" href="/assets/office.css" />
      {sentence && (
        <p class="notice-bar" role="status">
          {sentence}
        </p>
      )}
    </>
  )
}
