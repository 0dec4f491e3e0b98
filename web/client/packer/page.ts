export function element(id: string): HTMLElement {
  const found = document.getElementById(id)
  if (!found) throw new Error(`There is no ${id}`)
  return found
}

export function inputOf(id: string): HTMLInputElement {
  return element(id) as HTMLInputElement
}

export function textIn(id: string): string {
  return inputOf(id).value.trim()
}

/** Says it, and lets the page show it before the next long computation. */
export async function say(id: string, text: string, isWrong = false): Promise<void> {
  const place = element(id)
  place.textContent = text
  place.classList.toggle('wrong', isWrong)
  await new Promise((resolve) => setTimeout(resolve, 20))
}

/** A link under which the browser saves a file. */
export function offer(id: string, name: string, parts: Uint8Array[]): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob(parts as BlobPart[]))
  link.download = name
  link.textContent = name
  const line = document.createElement('li')
  line.append(link)
  element(id).append(line)
}
