import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { joinProgram, schemaProgram } from './budget-program.js'

const root = join(__dirname, '../..')
const folder = join(root, '.cache/budget')
const committed: Record<string, number> = JSON.parse(readFileSync(join(__dirname, 'budget.json'), 'utf8'))

/** The type checker's own count, which does not depend on the machine. */
function instantiations(name: string, source: string): number {
  mkdirSync(join(folder, name), { recursive: true })
  writeFileSync(join(folder, name, 'program.mts'), source)
  const config = {
    extends: join(root, 'tsconfig.base.json'),
    compilerOptions: {
      composite: false,
      emitDeclarationOnly: false,
      noEmit: true,
      declaration: false,
      declarationMap: false,
      sourceMap: false,
      noUnusedLocals: false,
    },
    files: ['program.mts'],
  }
  writeFileSync(join(folder, name, 'tsconfig.json'), JSON.stringify(config))
  const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin/tsc')
  const run = spawnSync(process.execPath, [tsc, '-p', join(folder, name), '--extendedDiagnostics', '--singleThreaded'], {
    encoding: 'utf8',
    cwd: root,
  })
  if (run.status !== 0) throw new Error(`${name} does not compile:\n${run.stdout.slice(0, 2000)}${run.stderr}`)
  return Number(/Instantiations:\s+(\d+)/.exec(run.stdout)?.[1])
}

const cases = [
  { name: 'schema of 500 tables', limit: 60_000, source: () => schemaProgram(500) },
  { name: '50 four-table joins on 500 tables', limit: 200_000, source: () => joinProgram(500, 50) },
]

describe('the cost of the types', () => {
  test.each(cases)('$name', ({ name, limit, source }) => {
    const count = instantiations(name.replaceAll(' ', '-'), source())
    console.log(
      `${name}: ${count.toLocaleString('en')} instantiations (limit ${limit.toLocaleString('en')}, committed ${committed[name]?.toLocaleString('en')})`,
    )
    expect(count).toBeGreaterThan(1000)
    expect(count).toBeLessThanOrEqual(limit)
    // more than 5 % above the committed count is a regression, to be explained where the file is changed
    expect(count).toBeLessThanOrEqual((committed[name] ?? 0) * 1.05)
  })
})
