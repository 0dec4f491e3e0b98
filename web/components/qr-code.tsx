import { create } from 'qrcode'

/** Light modules around the code, without which readers do not find it (ISO/IEC 18004: four). */
const quiet = 4

/** Drawn as one path, without a script or a style of its own. `alt` is read to whoever cannot see it. */
export function QrCode({ text, alt }: { text: string; alt: string }) {
  const { modules } = create(text, { errorCorrectionLevel: 'M' })
  const side = modules.size + 2 * quiet
  return (
    <svg class="qr" viewBox={`0 0 ${side} ${side}`} role="img" aria-label={alt}>
      <rect width={side} height={side} fill="#fff" />
      <path d={darkModules(modules)} fill="#000" />
    </svg>
  )
}

function darkModules({ size, data }: { size: number; data: ArrayLike<number> }): string {
  let path = ''
  for (let at = 0; at < size * size; at += 1) {
    if (!data[at]) continue
    path += `M${(at % size) + quiet} ${Math.floor(at / size) + quiet}h1v1h-1z`
  }
  return path
}
