import type { PluginMethod } from './plugin-methods.ts'

/** A service of which nothing is known but that it has methods. */
export interface UntypedService {
  // Written as a member, so that any parameters may be declared.
  readonly [method: string]: { call(...parameters: unknown[]): unknown }['call']
}

/** Names that a service's methods can't have: whoever awaits a handle would call `then`, and every object has the rest. */
type Reserved = 'then' | keyof typeof Object.prototype

/** What may be said of a service that is exported. */
export interface ServiceOptions {
  /**
   * Milliseconds that a call of it may take, from when it is made. Then it fails with `GK_SERVICE_TIMED_OUT`, which
   * is a failure of the plugin that exports it. Default 30,000; `Infinity` for calls that wait for people.
   */
  readonly timeout?: number | undefined
}

/**
 * A service as other plugins see it. Each method returns a promise, and goes to
 * whoever exports the service when it is called: a handle may be had before
 * there is one, and goes on working when its exporter was reloaded or installed again.
 * What is no method is not there.
 */
export type ServiceHandle<TService extends object> = {
  readonly [
    K in keyof TService as TService[K] extends PluginMethod ? Exclude<K & string, Reserved> : never
  ]: TService[K] extends (...parameters: infer P) => infer R
    ? (...parameters: P) => Promise<Awaited<R>>
    : never
}
