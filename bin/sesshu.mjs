#!/usr/bin/env node
// Plain Node, no dependency: this file runs before anything is installed.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { checkNode, ensureInstalled, root, SetupError } from './setup.mjs'

try {
  checkNode()
  await ensureInstalled()
  await runMain()
} catch (error) {
  if (!(error instanceof SetupError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = error.exitCode
}

// In this very process, so that signals, the terminal and the exit code need no passing on.
async function runMain() {
  // The JSX settings are the project's, wherever the command is called from.
  process.env.TSX_TSCONFIG_PATH ??= join(root, 'tsconfig.json')
  const loader = join(root, 'node_modules', 'tsx', 'dist', 'loader.mjs')
  if (!existsSync(loader))
    throw new SetupError('node_modules is damaged. Delete it and start again.')
  await import(pathToFileURL(loader).href)
  const { main } = await import(pathToFileURL(join(root, 'cli', 'main.ts')).href)
  process.exitCode = await main(process.argv.slice(2))
}
