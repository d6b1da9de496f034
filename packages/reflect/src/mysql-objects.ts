/** Triggers, routines and events of MySQL and MariaDB, in one question. */
import type { Executor } from '@quern/engine'
import { sql } from '@quern/expression'
import { json, text } from '@quern/schema'
import type { ObjectDetails, OtherDetails, RoutineDetails, TriggerDetails } from './details.js'

const statement = (schema: string) =>
  sql`
SELECT 'trigger', t.trigger_name, t.event_object_table, t.action_timing, t.event_manipulation, t.action_statement, NULL
FROM information_schema.triggers t WHERE t.trigger_schema = ${schema}
UNION ALL
SELECT 'routine', r.routine_name, r.routine_type, r.dtd_identifier, r.routine_body, '', (
  SELECT json_arrayagg(json_object('position', p.ordinal_position, 'mode', p.parameter_mode, 'name', p.parameter_name, 'type', p.dtd_identifier))
  FROM information_schema.parameters p
  WHERE p.specific_schema = ${schema} AND p.specific_name = r.specific_name AND p.routine_type = r.routine_type AND p.ordinal_position > 0)
FROM information_schema.routines r WHERE r.routine_schema = ${schema}
UNION ALL
SELECT 'event', e.event_name, NULL, NULL, NULL, e.event_definition, NULL
FROM information_schema.events e WHERE e.event_schema = ${schema}`.returns({
    kind: text().notNull(),
    name: text().notNull(),
    first: text(),
    second: text(),
    third: text(),
    definition: text(),
    parameters: json<{ position: number; mode: string | null; name: string | null; type: string }[]>(),
  })

export async function mysqlObjects(db: Executor, schema: string): Promise<ObjectDetails> {
  const rows = await db.all(statement(schema))
  rows.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
  const of = (kind: string) => rows.filter((row) => row.kind === kind)
  return {
    triggers: of('trigger').map(
      ({ name, first, second, third, definition }): TriggerDetails => ({
        schema,
        table: first!,
        name,
        timing: second!.toLowerCase() as TriggerDetails['timing'],
        events: [third!.toLowerCase() as TriggerDetails['events'][number]],
        definition: definition ?? '',
        enabled: true,
      }),
    ),
    routines: of('routine').map(
      ({ name, first, second, third, parameters }): RoutineDetails => ({
        schema,
        name,
        kind: first === 'PROCEDURE' ? 'procedure' : 'function',
        arguments: [...(parameters ?? [])]
          .sort((a, b) => Number(a.position) - Number(b.position))
          .map(({ mode, name: parameter, type }) => [first === 'PROCEDURE' ? mode : null, parameter, type].filter(Boolean).join(' '))
          .join(', '),
        returns: first === 'PROCEDURE' ? null : second,
        language: third ?? 'SQL',
        extension: null,
      }),
    ),
    policies: [],
    extensions: [],
    others: of('event').map(({ name, definition }): OtherDetails => ({ schema, kind: 'event', name, table: null, definition })),
  }
}
