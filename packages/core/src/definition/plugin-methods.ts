/** A method of a plugin, before the host makes it asynchronous for its callers. */
// `never[]` accepts every parameter list, and `unknown` every result.
export type PluginMethod = (...parameters: never[]) => unknown

/** The names of methods, dotted where they are grouped: `{ audit: { query() } }` has `'audit.query'`. */
export type MethodName<TMethods> = {
  [K in keyof TMethods & string]: TMethods[K] extends PluginMethod
    ? K
    : TMethods[K] extends object
      ? `${K}.${MethodName<TMethods[K]>}`
      : never
}[keyof TMethods & string]

/** The method at a dotted name. */
export type MethodAt<TMethods, TName extends string> = TName extends keyof TMethods
  ? TMethods[TName]
  : TName extends `${infer Head}.${infer Rest}`
    ? Head extends keyof TMethods
      ? MethodAt<TMethods[Head], Rest>
      : never
    : never

/**
 * The methods as they appear on the table: each returns a promise, because the
 * plugin may still be loading, and one day run in a worker.
 */
export type TableMethods<TMethods> = {
  readonly [K in keyof TMethods]: TMethods[K] extends (...parameters: infer P) => infer R
    ? (...parameters: P) => Promise<Awaited<R>>
    : TableMethods<TMethods[K]>
}

type HeadOf<TName extends string> = TName extends `${infer Head}.${string}` ? Head : TName
type TailOf<TName extends string, THead extends string> = TName extends `${THead}.${infer Rest}`
  ? Rest
  : never

/** A method of which nothing but the name is known. Written as a member, so that any parameters may be declared. */
type UntypedMethod = { call(...parameters: unknown[]): unknown }['call']

type UntypedMethods<TName extends string> = {
  readonly [THead in HeadOf<TName>]: [TailOf<TName, THead>] extends [never]
    ? UntypedMethod
    : UntypedMethods<TailOf<TName, THead>>
}

/** The methods as declared, or where only their names are known, methods that take and give anything. */
export type NamedMethods<TMethods extends object, TName extends string> = keyof TMethods extends never
  ? [TName] extends [never]
    ? TMethods
    : string extends TName
      ? TMethods
      : UntypedMethods<TName>
  : TMethods
