import type { Server, StartOptions } from './servers.mjs'

export interface Cluster {
  readonly nodes: readonly Server[]
  stop(): Promise<void>
}
export function startGalera(size: number, options?: StartOptions): Promise<Cluster>
/** Resolves when a node has caught up with the others. */
export function synced(node: Server): Promise<void>
