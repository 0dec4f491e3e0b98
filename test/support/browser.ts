import { existsSync } from 'node:fs'
import { serve } from '@hono/node-server'
import { type Browser, chromium } from 'playwright-core'

const paths = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** A real browser of this machine; undefined where there is none. */
export const browserPath = process.env.SESSHU_TEST_BROWSER ?? paths.find(existsSync)

export function launchBrowser(args: string[] = []): Promise<Browser> {
  if (!browserPath) throw new Error('There is no Chromium on this machine.')
  return chromium.launch({
    executablePath: browserPath,
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', ...args],
  })
}

export type Served = {
  url: string
  close(): Promise<void>
  /** Whoever is connected is cut off. */
  cut(): Promise<void>
}

/** The app on a port of the system's choice, unless one is named. */
export function serveApp(
  app: { fetch(request: Request): Response | Promise<Response> },
  wanted = 0,
): Promise<Served> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: wanted }, ({ port }) => {
      resolve({
        url: `http://127.0.0.1:${port}`,
        close: () => new Promise((done) => server.close(() => done())),
        cut: () =>
          new Promise((done) => {
            server.close(() => done())
            if ('closeAllConnections' in server) server.closeAllConnections()
          }),
      })
    })
    server.once('error', reject)
  })
}
