import qrcode from 'qrcode'

const margin = 4

/** A QR code drawn on the server, black on white in either theme, with the margin that cameras need. */
export function QrPicture({ text, label }: { text: string; label: string }) {
  const { modules } = qrcode.create(text, { errorCorrectionLevel: 'Q' })
  const size = modules.size + 2 * margin
  const rows = Array.from({ length: modules.size }, (_, row) =>
    Array.from({ length: modules.size }, (_, column) =>
      modules.get(row, column) ? `M${column + margin} ${row + margin}h1v1h-1z` : '',
    ).join(''),
  )
  return (
    <svg
      class="qr"
      viewBox={`0 0 ${size} ${size}`}
      width="200"
      height="200"
      role="img"
      aria-label={label}
      shape-rendering="crispEdges"
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={rows.join('')} fill="#000" />
    </svg>
  )
}
