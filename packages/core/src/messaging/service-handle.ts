import { isMethodName } from './service-methods.ts'

type HandleMethod = (...parameters: readonly unknown[]) => Promise<unknown>

/** An object that has every method there may be, each of which does `call`. */
export function createServiceHandle(
  call: (method: string, parameters: readonly unknown[]) => Promise<unknown>,
): object {
  const methods = new Map<string, HandleMethod>()
  const methodAt = (name: string): HandleMethod => {
    const known = methods.get(name)
    if (known !== undefined) return known
    const method: HandleMethod = (...parameters) => call(name, parameters)
    methods.set(name, method)
    return method
  }
  // Without a prototype a message that holds a handle is refused, where an empty object would be copied.
  return new Proxy(Object.freeze(Object.create(null) as object), {
    get: (_, name) => (isMethodName(name) ? methodAt(name) : undefined),
  })
}
