/** How printed sources are compiled. */
import { join } from 'node:path'

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
