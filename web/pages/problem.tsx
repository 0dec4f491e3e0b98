import { Layout } from '../layout.tsx'
import type { Page } from '../page.ts'

export function problemPage(page: Page, what: string, whatToDo: string) {
  return (
    <Layout page={page} title={page.words.problems.title}>
      <div class="error" role="alert">
        <p>
          <strong>{what}</strong>
        </p>
        <p>{whatToDo}</p>
      </div>
    </Layout>
  )
}
