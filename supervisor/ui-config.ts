import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export type UiSettings = {
  /** `host:port` of the Temporal server. */
  temporalAddress: string
  port: number
  defaultNamespace?: string
  codec?: {
    /** Asked by the reader's browser, on the UI's own host: the session's cookie goes along. */
    endpoint: string
    signInUrl: string
  }
}

/** How to start the UI server: its command line, without the program itself. */
export type UiCommand = { args: string[]; configFile: string }

const environmentName = 'sesshu'

/**
 * Writes the UI server's settings into `folder` and says how to start it with them.
 * Operators look and change nothing: what a course is, PostgreSQL says, not a click.
 */
export async function writeUiConfig(folder: string, settings: UiSettings): Promise<UiCommand> {
  await mkdir(folder, { recursive: true })
  const configFile = join(folder, `${environmentName}.yaml`)
  const draft = `${configFile}.part`
  await writeFile(draft, uiYaml(settings), { mode: 0o600 })
  await rename(draft, configFile)
  return {
    configFile,
    args: ['--root', folder, '--config', '.', '--env', environmentName, 'start'],
  }
}

/** Every value is JSON, which is YAML too: no name or address can break out of its place. */
function uiYaml(ui: UiSettings): string {
  const { temporalAddress, port, defaultNamespace = 'default', codec } = ui
  const origins = [`http://127.0.0.1:${port}`, `http://localhost:${port}`]
  const settings = {
    temporalGrpcAddress: temporalAddress,
    host: '127.0.0.1',
    port,
    enableUi: true,
    defaultNamespace,
    // Counting on every screen would scan visibility while scans come in.
    refreshWorkflowCountsDisabled: true,
    // Nothing is fetched from, or reported to, anybody outside.
    disableNewsFetch: true,
    feedbackUrl: '',
    disableWriteActions: true,
    showTemporalSystemNamespace: false,
    // The UI hands words that an operator reads to its own server, in the address of a request.
    hideLogs: true,
    ...(codec && { codec: codecSettings(codec) }),
    cors: { cookieInsecure: true, allowOrigins: origins },
  }
  const lines = Object.entries(settings).map(([key, value]) => `${key}: ${JSON.stringify(value)}`)
  return `${lines.join('\n')}\n`
}

/** `passAccessToken` would ask for https, and there is no token: the cookie is what signs in. */
function codecSettings({ endpoint, signInUrl }: NonNullable<UiSettings['codec']>) {
  return {
    endpoint,
    passAccessToken: false,
    includeCredentials: true,
    defaultErrorMessage: '内容は運用担当者だけが読めます / Sign in as an operator to read payloads',
    defaultErrorLink: signInUrl,
  }
}
