// Says twice a minute that the page is open and looked at: what an import costs its clerk is counted.
const everyMs = 30_000

setInterval(() => {
  if (document.hidden) return
  const headers = { 'Sesshu-By-Itself': '1' }
  fetch(`${location.pathname}/open`, { cache: 'no-store', headers }).catch(() => {})
}, everyMs)
