/** The ways in: camera, image file, hand scanner, fingers. All end in one call, with the text as read. */
import { type Camera, openCamera } from './camera.ts'
import { codeInFile } from './codes.ts'
import { said } from './said.ts'
import type { ReadWay } from './ticket-read.ts'
import { field, form, onButton, overShown, partShown, place, showButton } from './view.ts'
import { wedgeCollector } from './wedge.ts'

export type OnRead = {
  /** Answers whether it was taken. `atMs` is the moment of the frame or key, in `performance.now()`. */
  read(text: string, way: ReadWay, atMs: number): boolean
  /** A picture without a code that could be read. */
  nothing(words: string): void
}

export function setUpReadPart(on: OnRead): void {
  setUpCamera(on)
  setUpTyped(on)
  setUpImage(on)
  setUpWedge(on)
}

function setUpCamera(on: OnRead): void {
  const frame = place('aim').closest<HTMLElement>('.viewfinder')!
  const video = frame.querySelector('video')!
  let camera: Camera | undefined

  const showCamera = (isOpen: boolean) => {
    frame.dataset.camera = isOpen ? 'open' : 'shut'
    showButton('openCamera', !isOpen)
    showButton('shutCamera', isOpen)
    showButton('torch', isOpen && camera?.setTorch !== undefined)
  }

  async function open(): Promise<void> {
    place('noCamera').hidden = true
    try {
      camera ??= await openCamera(video, {
        onCode: (code, atMs) => on.read(code.text, code.way, atMs),
        onSeveral: (areSeveral) => {
          place('several').hidden = !areSeveral
          place('aim').hidden = areSeveral
        },
      })
      showCamera(true)
    } catch {
      place('noCamera').hidden = false
    }
  }

  onButton('openCamera', () => void open())
  onButton('shutCamera', () => {
    camera?.stop()
    camera = undefined
    showCamera(false)
  })
  onButton('torch', () => {
    const button = document.querySelector('button[data-do="torch"]')
    const isOn = button?.getAttribute('aria-pressed') !== 'true'
    button?.setAttribute('aria-pressed', String(isOn))
    void camera?.setTorch?.(isOn)
  })
}

function setUpTyped(on: OnRead): void {
  form('typed').addEventListener('submit', (event) => {
    event.preventDefault()
    if (on.read(field('typed').value, 'typed', performance.now())) field('typed').value = ''
  })
}

function setUpImage(on: OnRead): void {
  const input = field('image')
  async function readFile(file: Blob): Promise<void> {
    const atMs = performance.now()
    const seen = await codeInFile(file)
    if (seen === 'several') on.nothing(said.several)
    else if (!seen) on.nothing(said.noCode)
    else on.read(seen.text, seen.way, atMs)
  }
  input.addEventListener('change', () => {
    const file = input.files?.[0]
    // The same file may be chosen again.
    if (file) void readFile(file).finally(() => (input.value = ''))
  })
}

/** Everywhere but where people type about something else: a lot may be scanned into its field. */
function setUpWedge(on: OnRead): void {
  const collect = wedgeCollector()
  document.addEventListener(
    'keydown',
    (event) => {
      if (partShown() !== 'read' || event.ctrlKey || event.altKey || event.metaKey) return
      const collected = collect({ key: keyOf(event), atMs: event.timeStamp })
      if (collected === 'typed') return
      event.preventDefault()
      event.stopPropagation()
      if (collected === 'burst') return
      // Its first key came alone, and looked like a finger's.
      if (overShown() === undefined) field('typed').value = ''
      on.read(collected.text, 'wedge', event.timeStamp)
    },
    { capture: true },
  )
}

/** A Japanese input method swallows the letter, and leaves which key it was. */
function keyOf(event: KeyboardEvent): string {
  if (event.key !== 'Process') return event.key
  return event.code.match(/^(?:Digit|Numpad)(\d)$/)?.[1] ?? event.key
}
