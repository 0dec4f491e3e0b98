// Reads this page again and swaps its live parts; what the reader is busy with is left alone.
const everyMs = 2000
const state = document.getElementById('live-state')
const live = state?.textContent

async function refresh() {
  // Said so that a session left alone still ends.
  const headers = { 'Sesshu-By-Itself': '1' }
  const answer = await fetch(location.href, { cache: 'no-store', redirect: 'manual', headers })
  if (answer.type === 'opaqueredirect') return location.reload()
  if (!answer.ok) throw new Error(String(answer.status))
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html')
  for (const part of document.querySelectorAll('[data-live]')) {
    const next = fresh.getElementById(part.id)
    if (!next || next.innerHTML === part.innerHTML) continue
    if (part.contains(document.activeElement) || part.querySelector('details[open]')) continue
    part.replaceChildren(...next.childNodes)
  }
}

async function loop() {
  if (!document.hidden) {
    try {
      await refresh()
      say(live)
    } catch {
      say(state?.dataset.lost)
    }
  }
  setTimeout(loop, everyMs)
}

function say(words) {
  if (state && words && state.textContent !== words) state.textContent = words
}

setTimeout(loop, everyMs)
