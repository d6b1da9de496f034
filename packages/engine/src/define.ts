/** Creating and dropping everything of a metadata. */
import { CompileError, checkOptions } from '@quern/expression'
import type { CreateOptions, Metadata, ObjectNode } from '@quern/schema'
import { createSteps, type DdlStep, dropSteps, type Exists, inventoryOf } from '@quern/sql'
import { script, wouldCommit } from './execute.js'
import type { Executor } from './executor.js'

function checkFirstOf(place: string, options: CreateOptions): boolean {
  checkOptions(place, options, ['checkFirst'])
  return options.checkFirst ?? true
}

/** Creates what is missing; all or nothing where definitions can be rolled back. */
export async function createAll(on: Executor, metadata: Metadata<any>, options: CreateOptions): Promise<void> {
  const checkFirst = checkFirstOf('createAll()', options)
  // what the dialect lacks is refused before anything is asked or sent
  refuseImplicitCommits(on, createSteps(metadata, on.dialect, checkFirst))
  const alone: string[] = []
  const work = async (target: Executor) => {
    await metadata.tell('beforeCreate', undefined, target)
    const exists = checkFirst ? (await catalogOf(target)).exists : undefined
    await walk(createSteps(metadata, target.dialect, checkFirst, exists), metadata, target, alone)
  }
  await (on.dialect.objects.transactional ? on.transaction(work) : work(on))
  for (const text of alone) await run(on, text)
}

/** Drops what is there. */
export async function dropAll(on: Executor, metadata: Metadata<any>, options: CreateOptions): Promise<void> {
  const checkFirst = checkFirstOf('dropAll()', options)
  const { around, steps: all } = dropSteps(metadata, on.dialect, checkFirst)
  refuseImplicitCommits(on, all)
  const work = async (target: Executor) => {
    await metadata.tell('beforeDrop', undefined, target)
    const catalog = await catalogOf(target)
    refuseStrangers(metadata, target, catalog)
    const { steps } = dropSteps(metadata, target.dialect, checkFirst, checkFirst ? catalog.exists : undefined)
    await walk(steps, metadata, target, [])
  }
  if (around) await run(on, around.before)
  try {
    await (on.dialect.objects.transactional ? on.transaction(work) : work(on))
  } finally {
    if (around) await run(on, around.after)
  }
}

/** Where the first definition would commit the transaction around this call, none is sent. Whether it would is not asked of the server. */
function refuseImplicitCommits(on: Executor, steps: readonly DdlStep[]): void {
  const { commits } = on.dialect.transaction
  const would = commits !== undefined && on.inTransaction && steps.some((step) => 'text' in step && commits.test(step.text))
  if (would) throw wouldCommit(on.dialect)
}

const run = (on: Executor, text: string): Promise<unknown> =>
  on.lend(undefined, ({ connection }) => script(on.context, connection, text), on.context.statementTimeout)

/** The event before everything has been told by then, because its listener may change what is there. */
async function walk(steps: readonly DdlStep[], metadata: Metadata<any>, target: Executor, alone: string[]): Promise<void> {
  for (const step of steps) {
    if ('event' in step) {
      const told = step.node === undefined && step.event.startsWith('before')
      if (!told) await metadata.tell(step.event, step.node, target)
    } else if (step.alone && target.dialect.objects.transactional) alone.push(step.text)
    else await run(target, step.text)
  }
}

interface Catalog {
  readonly rows: readonly (readonly unknown[])[]
  readonly exists: Exists
}

/** What is there, of each kind. */
async function catalogOf(target: Executor): Promise<Catalog> {
  const text = target.dialect.objects.existing
  const request = { text, values: [], returnsRows: true, wide: false, prepare: false }
  const { rows } = await target.lend(undefined, async ({ connection }) => connection.execute(request), target.context.statementTimeout)
  const names = new Set<string>()
  for (const [kind, schema, name, own] of rows) {
    names.add(JSON.stringify([kind, schema, name]))
    if (own === 'y') names.add(JSON.stringify([kind, undefined, name]))
  }
  const exists: Exists = (node) => {
    const kind = node.kind === 'schema' ? 'schema' : node.kind === 'enum' || node.kind === 'domain' ? 'type' : 'relation'
    return names.has(JSON.stringify([kind, node.kind === 'schema' ? node.name : node.schema, node.name]))
  }
  return { rows, exists }
}

/** DROP SCHEMA of a database would take along what nobody has declared. */
function refuseStrangers(metadata: Metadata<any>, { dialect }: Executor, { rows }: Catalog): void {
  if (dialect.objects.schemasAre !== 'databases') return
  const { declared, objects, tables, views } = inventoryOf(metadata, dialect)
  const own = new Set(
    [...objects, ...tables, ...views].map((node: Exclude<ObjectNode, { kind: 'schema' }>) => JSON.stringify([node.schema, node.name])),
  )
  const stranger = rows.find(
    ([kind, schema, name]) => kind === 'relation' && declared.has(schema as string) && !own.has(JSON.stringify([schema, name])),
  )
  if (stranger)
    throw new CompileError(`dropAll(): schema ${stranger[1]} holds ${stranger[2]}, which is not in the metadata; nothing was dropped`)
}
