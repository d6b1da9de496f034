/** Schema objects on MariaDB: MySQL's, and sequences. */
import { ansiDdl, type ObjectDdl, type ObjectFeatures, qualified } from '@quern/sql'
import { mysqlObjectFeatures, mysqlObjects } from './mysql-objects.js'

export const mariadbObjectFeatures: { readonly [F in keyof ObjectFeatures]: ObjectFeatures[F] } = {
  ...mysqlObjectFeatures,
  sequences: true,
  sequenceType: [11, 5, 0],
  viewIfNotExists: true,
  alterIfExists: true,
}

export const mariadbObjects: ObjectDdl = {
  ...mysqlObjects,
  emit: { ...mysqlObjects.emit, createSequence: ansiDdl.createSequence, alterSequence: ansiDdl.alterSequence },
  sequenceValue: (node, out) => {
    out.text += `${node.operation === 'next' ? 'NEXT' : 'PREVIOUS'} VALUE FOR ${qualified(node.sequence, out.dialect)}`
  },
}
