import type { AnyPlugin } from './plugin.ts'
import type { TableMethods } from './plugin-methods.ts'

type UnionToIntersection<T> = (T extends unknown ? (value: T) => void : never) extends (
  value: infer I,
) => void
  ? I
  : never

/** Nothing where no members are declared, so that those of the other plugins are left. */
type Declared<T> = [keyof T] extends [never] ? never : T

type MethodsOf<TPlugin> = TPlugin extends {
  readonly types?: { readonly methods?: infer TMethods }
}
  ? Declared<TMethods>
  : never

type EventsOf<TPlugin> = TPlugin extends {
  readonly types?: { readonly events?: infer TEvents }
}
  ? Declared<TEvents>
  : never

/** The methods that a list of plugins puts on the table. */
export type MethodsOfPlugins<TPlugins> = TPlugins extends readonly (infer TPlugin)[]
  ? TableMethods<UnionToIntersection<MethodsOf<TPlugin>>>
  : unknown

/** The payloads of the event types that a list of plugins declares. */
export type EventsOfPlugins<TPlugins> = TPlugins extends readonly (infer TPlugin)[]
  ? UnionToIntersection<EventsOf<TPlugin>>
  : unknown

type IdOf<TPlugin> = TPlugin extends AnyPlugin ? TPlugin['metadata']['id'] : string

type RequiredBy<TPlugin> = TPlugin extends { readonly dependencies?: infer TRanges }
  ? keyof TRanges & string
  : string

/** What a plugin lacks among those of some ids, as a sentence. Ids not known to the compiler are checked at install. */
type Lacking<TPlugin, TIds extends string> = TPlugin extends unknown
  ? string extends TIds | RequiredBy<TPlugin>
    ? never
    : Exclude<RequiredBy<TPlugin>, TIds> extends infer TMissing extends string
      ? `plugin '${IdOf<TPlugin>}' requires plugin '${TMissing}': add it to the plugins list`
      : never
  : never

/** A list of plugins, where each that lacks another has a sentence in its place that says so. */
type Sentences<TPlugins extends readonly unknown[]> = {
  readonly [K in keyof TPlugins]: [Lacking<TPlugins[K], IdOf<TPlugins[number]>>] extends [never]
    ? TPlugins[K]
    : Lacking<TPlugins[K], IdOf<TPlugins[number]>>
}

/** The lists of a union that lack what one of their plugins requires, with sentences that say so. */
export type IncompleteLists<TPlugins extends readonly unknown[]> = TPlugins extends unknown
  ? [Lacking<TPlugins[number], IdOf<TPlugins[number]>>] extends [never]
    ? never
    : Sentences<TPlugins>
  : never
