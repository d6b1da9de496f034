/** How printed sources are compiled. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

export const root = join(__dirname, '../..')

/** What a careful user has in their tsconfig. */
export const compilerOptions = {
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  noImplicitOverride: true,
  isolatedModules: true,
  verbatimModuleSyntax: true,
  noUnusedLocals: true,
  module: 'nodenext',
  moduleResolution: 'nodenext',
  target: 'es2022',
  lib: ['es2023', 'esnext.disposable'],
  types: ['node'],
  skipLibCheck: true,
  noEmit: true,
}

/** What the compiler says of the sources in a directory: nothing where they are right. */
export async function compile(directory: string): Promise<string> {
  const compiler = join(root, 'node_modules', '.bin', 'tsc')
  const { stdout } = await promisify(execFile)(compiler, ['-p', directory]).catch((error) => error)
  return stdout
}
