// Keys for a clerk's desk; without them everything is reached by Tab.
const links = () => [...document.querySelectorAll('a.work')]

function move(step) {
  const all = links()
  if (all.length === 0) return
  const here = all.indexOf(document.activeElement)
  const next = here < 0 ? (step > 0 ? 0 : all.length - 1) : here + step
  all[Math.max(0, Math.min(all.length - 1, next))].focus()
}

const steps = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }

document.addEventListener('keydown', (event) => {
  const isTyping =
    event.target instanceof Element && event.target.closest('input, select, textarea')
  const step = steps[event.key]
  if (isTyping || step === undefined || event.ctrlKey || event.metaKey || event.altKey) return
  if (links().length === 0) return
  event.preventDefault()
  move(step)
})

// Enter goes on to the next field that is still empty, and sends the slip from the last one.
const form = document.querySelector('form[data-keying]')
const plain = (text) => text.normalize('NFKC').replace(/[\s-]/g, '')

form?.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || !(event.target instanceof HTMLInputElement)) return
  const isLine = plain(form.elements.number.value).length === 18
  const names = ['number', 'numberAgain', 'born', ...(isLine ? [] : ['doseNumber'])]
  const next = names.map((name) => form.elements[name]).find((input) => input.value.trim() === '')
  if (!next || next === event.target) return
  event.preventDefault()
  next.focus()
})

// After a fault the clerk begins where it is.
if (document.getElementById('problem')) form?.elements.number?.select()
