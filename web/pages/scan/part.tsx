import type { Child } from 'hono/jsx'

/** One of what the page shows in turn. */
export function Part({ name, children }: { name: string; children: Child }) {
  return (
    <section class="part" data-part={name} hidden>
      {children}
    </section>
  )
}
