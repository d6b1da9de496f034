/** Random trees of every type, at most six operators deep. */
import fc from 'fast-check'
import type { Bool, Num, Str, Tree, Trees } from './tree.js'
import { conditions } from './trees-conditions.js'
import { days, moments } from './trees-dates.js'
import { numbers } from './trees-numbers.js'
import { texts } from './trees-texts.js'

const types = fc.letrec<{ num: Num; bool: Bool; str: Str; day: Str; moment: Str }>((tie) => {
  const trees = { num: tie('num'), bool: tie('bool'), str: tie('str'), day: tie('day'), moment: tie('moment') } as unknown as Trees
  // one depth for all types; at its end stands the first of a type, which is a leaf or looks at one
  const depth = { maxDepth: 5, depthSize: 'max', depthIdentifier: fc.createDepthIdentifier() } as const
  return {
    num: fc.oneof(depth, ...numbers(trees)),
    bool: fc.oneof(depth, ...conditions(trees)),
    str: fc.oneof(depth, ...texts(trees)),
    day: fc.oneof(depth, ...days(trees)),
    moment: fc.oneof(depth, ...moments(trees)),
  }
})

export const anyTree = fc.oneof<fc.Arbitrary<Tree<any>>[]>(types.num, types.bool, types.bool, types.str, types.day, types.moment)
