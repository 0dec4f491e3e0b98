import { Layout } from '../layout.tsx'
import { isOurAddress } from '../our-address.ts'
import type { Page } from '../page.ts'

export function problemPage(asked: Page, what: string, whatToDo: string) {
  const [pathname = ''] = asked.path.split('?')
  const page = isOurAddress(pathname) ? asked : { ...asked, path: '/' }
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
