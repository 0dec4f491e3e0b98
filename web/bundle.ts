/** How what runs in browsers is bundled: in memory, small, for browsers of 2022 and later. */
import { type BuildOptions, build } from 'esbuild'

export const forBrowsers = {
  bundle: true,
  write: false,
  minify: true,
  platform: 'browser',
  target: 'es2022',
  logLevel: 'silent',
} as const satisfies BuildOptions

/** One script without modules; `banner` names the licences of what is bundled. */
export async function scriptOf(entry: string, banner?: string): Promise<string> {
  const built = await build({
    ...forBrowsers,
    entryPoints: [entry],
    format: 'iife',
    ...(banner && { banner: { js: banner } }),
  })
  return built.outputFiles[0]!.text
}
