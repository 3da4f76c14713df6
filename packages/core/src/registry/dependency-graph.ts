import { orderOf } from './order.ts'
import type { Manifest } from './resolve.ts'

/** One plugin needing, or working with, another. */
export interface DependencyEdge {
  readonly from: string
  readonly to: string
  /** The semver range that `from` declares. */
  readonly range: string
  /** `required` runs before, `optional` runs before where it is there, `peer` is there and needs no order. */
  readonly kind: 'required' | 'optional' | 'peer'
  readonly optional: boolean
  /** Whether `to` is among the nodes. */
  readonly found: boolean
}

/** Who depends on whom, as plain data that can be drawn, stored or sent. */
export interface DependencyGraph {
  /** The plugins there are, in the order given. */
  readonly nodes: readonly { readonly id: string; readonly version: string }[]
  /** By the plugin that depends, required before optional ones before peers. */
  readonly edges: readonly DependencyEdge[]
  /** The ids, what must be initialised first before what depends on it. */
  readonly order: readonly string[]
}

/** The dependency graph of plugins that are installed together. Pure. */
export function dependencyGraph(manifests: readonly Manifest[]): DependencyGraph {
  const byId = new Map(manifests.map((manifest) => [manifest.id, manifest]))
  const edge = (from: string, kind: DependencyEdge['kind'], ranges: Manifest['peers']): DependencyEdge[] =>
    Object.entries(ranges).map(([to, range]) => ({
      from,
      to,
      range,
      kind,
      optional: kind === 'optional',
      found: byId.has(to),
    }))
  return {
    nodes: manifests.map(({ id, version }) => ({ id, version })),
    edges: manifests.flatMap(({ id, dependencies, optionalDependencies, peers }) => [
      ...edge(id, 'required', dependencies),
      ...edge(id, 'optional', optionalDependencies),
      ...edge(id, 'peer', peers),
    ]),
    order: orderOf(byId),
  }
}
