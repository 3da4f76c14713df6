/** A method of a service, bound to it. */
export type ServiceMethod = (parameters: readonly unknown[]) => unknown

/**
 * Whether a handle has methods of this name. `then` would be called by whoever
 * awaits the handle; the rest is asked of every object by all sorts of tools.
 */
export function isMethodName(name: string | symbol): name is string {
  return typeof name === 'string' && name !== 'then' && !(name in Object.prototype)
}

/** The functions that a service and its classes have as members; accessors are not looked at. */
export function methodsOf(service: object): ReadonlyMap<string, ServiceMethod> {
  const methods = new Map<string, ServiceMethod>()
  let level: object | null = service
  while (level !== null && level !== Object.prototype) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(level))) {
      const method: unknown = value
      if (typeof method !== 'function' || !isMethodName(name) || methods.has(name)) continue
      methods.set(name, (parameters) => Reflect.apply(method, service, parameters))
    }
    level = Object.getPrototypeOf(level) as object | null
  }
  return methods
}
