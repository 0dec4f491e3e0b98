/** The page's parts and places, as the server laid them out. */

export type PartName = 'device' | 'setup' | 'confirm' | 'read'
export type OverName = 'ask' | 'sending' | 'verdict'

/** Throws for a name that the page does not have: page and script belong together. */
function one<T extends HTMLElement>(selector: string): T {
  const found = document.querySelector<T>(selector)
  if (!found) throw new Error(`The page has no ${selector}.`)
  return found
}

export const place = (name: string) => one(`[data-bind="${name}"]`)
export const form = (name: string) => one<HTMLFormElement>(`form[data-form="${name}"]`)
export const field = (id: string) => one<HTMLInputElement>(`#${id}`)
export const choices = (id: string) => one<HTMLSelectElement>(`select#${id}`)

/** All buttons of that name do the same. */
export function onButton(name: string, does: () => void): void {
  for (const button of buttons(name)) button.addEventListener('click', does)
}

export function showButton(name: string, isShown: boolean, text?: string): void {
  for (const button of buttons(name)) {
    button.hidden = !isShown
    if (text !== undefined) write(button, text)
  }
}

function buttons(name: string): NodeListOf<HTMLButtonElement> {
  return document.querySelectorAll<HTMLButtonElement>(`button[data-do="${name}"]`)
}

export function bind(name: string, text: string): void {
  write(place(name), text)
}

/** Shows a place with a text, or takes it away: an alert says nothing until it has something to say. */
export function say(name: string, text: string | undefined): void {
  const at = place(name)
  at.hidden = text === undefined
  write(at, text ?? '')
}

/** Leaves alone what says the same already, so that it is not read aloud again. */
function write(at: HTMLElement, text: string): void {
  if (at.textContent !== text) at.textContent = text
}

let part: PartName | undefined
export const partShown = () => part

/** One part at a time; the list of the last few goes with reading. */
export function showPart(name: PartName): void {
  const isNew = part !== name
  part = name
  for (const at of document.querySelectorAll<HTMLElement>('[data-part]')) {
    const shown = at.dataset.part
    at.hidden = shown !== name && !(shown === 'last' && name === 'read')
  }
  showButton('change', name === 'read' || name === 'confirm')
  document.body.dataset.shows = name
  if (isNew) one(`[data-part="${name}"] h2`).focus()
}

let over: OverName | undefined
export const overShown = () => over

/** What covers the screen; what is below can be neither seen nor reached. */
export function showOver(name: OverName | undefined): void {
  over = name
  for (const at of document.querySelectorAll<HTMLElement>('[data-over]')) {
    at.hidden = at.dataset.over !== name
  }
  for (const at of document.querySelectorAll<HTMLElement>('header, [data-part]')) {
    at.inert = name !== undefined
  }
}

/** `{n}` and its like in the server's words. */
export function filled(words: string, values: Record<string, string | number>): string {
  return words.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
}
