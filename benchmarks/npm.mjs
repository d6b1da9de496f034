/** Runs npm, under another Node where native code has to be built for that one. */
import { spawnSync } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'

export function npm(args, { cwd, node }) {
  const env = { ...process.env }
  const path = node?.path ?? process.execPath
  if (node?.path && node.path !== process.execPath) {
    env.PATH = `${dirname(node.path)}${delimiter}${env.PATH}`
    /** node-gyp takes the headers from here; without them it would try to download. */
    if (node.headers) env.npm_config_nodedir = node.headers
  }
  const result = spawnSync(path, [npmCli(), ...args, '--no-audit', '--no-fund', '--loglevel=error'], { cwd, env, encoding: 'utf8' })
  if (result.status !== 0) throw new Error(`npm ${args.join(' ')} failed: ${(result.stderr || String(result.error)).trim()}`)
}

/** npm's own program: npm tells it to what it runs; else it stands beside a Node, or where the `npm` on the PATH leads. */
function npmCli() {
  const candidates = [process.env.npm_execpath, join(dirname(process.execPath), '../lib/node_modules/npm/bin/npm-cli.js')]
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    candidates.push(join(folder, 'node_modules/npm/bin/npm-cli.js'))
    if (existsSync(join(folder, 'npm'))) candidates.push(realpathSync(join(folder, 'npm')))
  }
  const found = candidates.find((file) => file?.endsWith('npm-cli.js') && existsSync(file))
  if (!found) throw new Error('npm is not to be found')
  return found
}
