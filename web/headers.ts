/**
 * No inline script or style anywhere, nothing from elsewhere, never inside another's frame. A page of
 * ours is a referrer for us alone: forms then say where they came from, and nobody else reads it.
 */
export const pageHeaders = {
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "object-src 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; '),
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=()',
  'Cache-Control': 'no-store',
}

/**
 * The scan page alone may use the camera, and compile the reader of codes (WebAssembly); a tablet may
 * install it.
 */
export const scanHeaders = {
  ...pageHeaders,
  'Content-Security-Policy': pageHeaders['Content-Security-Policy'].replace(
    "script-src 'self'",
    "script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; manifest-src 'self'",
  ),
  'Permissions-Policy': 'camera=(self), microphone=(), geolocation=()',
}

/** A mail is shown as it is, and able to do nothing. Browsers show no PDF in a sandbox. */
export const mailHeaders = {
  ...pageHeaders,
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
}

/** A browser's own reader of PDF files brings its own styles. */
export const letterHeaders = {
  ...pageHeaders,
  'Content-Security-Policy': "default-src 'self'; frame-ancestors 'none'",
}
