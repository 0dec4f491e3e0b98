#!/usr/bin/env node
// Installs, type-checks, lints, runs every test; the last line is the count of it all.
import { execFileSync, spawn } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkNode, ensureInstalled, root, SetupError } from './setup.mjs'
import { addUp, failuresInWords, namedTests, readReport, saidAgain } from './test-report.mjs'

// The end-to-end tests start and kill whole systems; campaigns are judged by days of a second each.
const groups = [['unit', 'db', 'workflow'], ['e2e'], ['campaign']]

try {
  checkNode()
  await ensureInstalled()
  process.exitCode = await testEverything()
} catch (error) {
  if (!(error instanceof SetupError)) throw error
  process.stderr.write(`${error.message}\n0 passed, 1 failed\n`)
  process.exitCode = error.exitCode
}

async function testEverything() {
  const folder = await mkdtemp(join(tmpdir(), 'sesshu-test-'))
  try {
    const results = [
      await check('Type check', 'tsc', []),
      await check('Type check of what runs in browsers', 'tsc', ['-p', 'web/client']),
      await check('Lint', 'biome', ['check', '.', '--error-on-warnings']),
    ]
    const tests = []
    const failures = []
    for (const projects of groups) {
      const { counts, named, failed } = await runTests(projects, folder)
      results.push(counts)
      tests.push(...named)
      failures.push(...failed)
    }
    await keepRun(tests)
    process.stdout.write(saidAgain(failures))
    const { passed, failed, skipped } = addUp(results)
    const skippedWords = skipped > 0 ? `, ${skipped} skipped` : ''
    process.stdout.write(`\n${passed} passed, ${failed} failed${skippedWords}\n`)
    return failed > 0 ? 1 : 0
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function check(name, command, args) {
  process.stdout.write(`${name} …\n`)
  const code = await run(command, args)
  process.stdout.write(`${name}: ${code === 0 ? 'ok' : 'FAILED'}\n`)
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 }
}

async function runTests(projects, folder) {
  process.stdout.write(`Tests: ${projects.join(', ')} …\n`)
  const reportFile = join(folder, `${projects.join('-')}.json`)
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`]
  const code = await run('vitest', [...args, ...projects.flatMap((name) => ['--project', name])])
  const report = await readFile(reportFile, 'utf8').catch(() => '')
  const failed = code === 0 ? [] : failuresInWords(report, root)
  return { counts: readReport(report, code), named: namedTests(report, root), failed }
}

/** What `npx sesshu evidence` proves promises by: each test by name, and of which commit. */
async function keepRun(tests) {
  const run = { format: 'sesshu-tests/1', ranAt: new Date().toISOString(), ...commitHere(), tests }
  const folder = join(root, '.sesshu-tests')
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'last.json'), `${JSON.stringify(run)}\n`)
}

/** Nothing outside a checkout. */
function commitHere() {
  const git = (...args) => {
    const options = { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }
    return execFileSync('git', args, options).trim()
  }
  try {
    return { commit: git('rev-parse', 'HEAD'), isDirty: git('status', '--porcelain') !== '' }
  } catch {
    return {}
  }
}

function run(command, args) {
  return new Promise((resolve, reject) => {
    const path = join(root, 'node_modules', '.bin', command)
    const child = spawn(path, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
    let stoppedBy
    const passOn = (signal) => {
      stoppedBy = signal
      child.kill(signal)
    }
    const signals = ['SIGINT', 'SIGTERM']
    for (const signal of signals) process.on(signal, passOn)
    const done = (code) => {
      for (const signal of signals) process.off(signal, passOn)
      if (stoppedBy) reject(new SetupError(`The tests were stopped (${stoppedBy}).`, 130))
      else resolve(code)
    }
    child.on('error', () => done(1))
    child.on('exit', (code) => done(code ?? 1))
  })
}
