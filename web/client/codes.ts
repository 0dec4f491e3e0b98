/** Finds QR and NW-7 codes, and the second code of our own sheets (a Data Matrix), in pictures: zxing as WebAssembly, served by ourselves. */
import { BarcodeDetector, prepareZXingModule } from 'barcode-detector/ponyfill'
import type { SeenCode } from './ticket-read.ts'

/** A photograph is made smaller than this before it is searched. */
const sideMax = 2_000
/** The middle of the camera's picture that is searched: what is at the edge was not meant. */
const middle = 0.85

const formats = ['qr_code', 'data_matrix', 'codabar'] as const
let detector: BarcodeDetector | undefined

/** Loads the reader and lets it look at nothing once, so that the first code is read as fast as the next. */
export function wakeReader(): void {
  const nothing = document.createElement('canvas')
  void codeIn(nothing).catch(() => {})
}

function reader(): BarcodeDetector {
  if (detector) return detector
  prepareZXingModule({
    overrides: { locateFile: (name: string) => `/assets/${name}` },
    fireImmediately: true,
  })
  detector = new BarcodeDetector({ formats: [...formats] })
  return detector
}

/** Slips lie side by side on a sheet: which one was meant is not guessed. */
export type Seen = SeenCode | 'several' | undefined

/** The code in an image file. Undefined when there is none, or it is no image. */
export async function codeInFile(file: Blob): Promise<Seen> {
  const picture = await createImageBitmap(file).catch(() => undefined)
  if (!picture) return undefined
  const scale = Math.min(1, sideMax / Math.max(picture.width, picture.height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.round(picture.width * scale)
  canvas.height = Math.round(picture.height * scale)
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height)
  picture.close()
  return await codeIn(canvas)
}

/** The code in what the camera shows at this moment. The canvas is used again for every frame. */
export async function codeInFrame(
  video: HTMLVideoElement,
  canvas: HTMLCanvasElement,
): Promise<Seen> {
  const [width, height] = [video.videoWidth * middle, video.videoHeight * middle].map(Math.round)
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (!width || !height || !context) return undefined
  if (canvas.width !== width) canvas.width = width
  if (canvas.height !== height) canvas.height = height
  const left = (video.videoWidth - width) / 2
  const top = (video.videoHeight - height) / 2
  context.drawImage(video, left, top, width, height, 0, 0, width, height)
  return await codeIn(canvas)
}

/** A slip carries several kinds of code: the square ones say more than the bars, and correct themselves. */
async function codeIn(canvas: HTMLCanvasElement): Promise<Seen> {
  const found = await reader().detect(canvas)
  const texts = (format: string) => [
    ...new Set(found.filter((one) => one.format === format).map(({ rawValue }) => rawValue)),
  ]
  const square = texts('qr_code').length > 0 ? texts('qr_code') : texts('data_matrix')
  const [text, ...more] = square.length > 0 ? square : texts('codabar')
  if (more.length > 0) return 'several'
  return text ? { text, way: square.length > 0 ? 'qr' : 'nw7' } : undefined
}
