// Passkeys: signing in on the sign-in page, adding one on the account page. Without them nothing is lost.
const state = document.getElementById('passkey-state')
const signIn = document.getElementById('passkey-sign-in')
const add = document.getElementById('passkey-add')
const isThere =
  'PublicKeyCredential' in window && 'parseRequestOptionsFromJSON' in PublicKeyCredential

async function post(path, body = {}) {
  const answer = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(String(answer.status))
  return answer.status === 204 ? undefined : await answer.json()
}

async function signInNow() {
  const { options, ticket } = await post('/auth/passkey/sign-in/options')
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options)
  const response = (await navigator.credentials.get({ publicKey })).toJSON()
  const { next } = await post('/auth/passkey/sign-in', {
    ticket,
    response,
    next: signIn.dataset.next,
  })
  location.assign(next)
}

async function addNow() {
  const { options, ticket } = await post('/auth/passkey/add/options')
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options)
  const response = (await navigator.credentials.create({ publicKey })).toJSON()
  await post('/auth/passkey/add', { ticket, response })
  say(add.dataset.added)
}

function say(words) {
  if (state) state.textContent = words
}

function offer(button, work) {
  if (!button || !isThere) return
  button.hidden = false
  button.addEventListener('click', () => work().catch(() => say(button.dataset.failed)))
}

offer(signIn, signInNow)
offer(add, addNow)
