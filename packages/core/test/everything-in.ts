/** Every text that can be reached from a value: fields, keys, symbols, getters, prototypes, collections. */
export function everythingIn(value: unknown): string {
  const texts: string[] = []
  const seen = new Set<unknown>()
  const visit = (each: unknown): void => {
    if (typeof each === 'string' || typeof each === 'symbol') texts.push(String(each))
    if ((typeof each !== 'object' && typeof each !== 'function') || each === null || seen.has(each)) return
    seen.add(each)
    for (const key of Reflect.ownKeys(each)) {
      visit(key)
      visit(attempt(() => (each as Record<PropertyKey, unknown>)[key]))
    }
    visit(Object.getPrototypeOf(each))
    if (each instanceof Map || each instanceof Set) visit([...each.entries()])
    if (each instanceof Date) texts.push(String(each))
  }
  visit(value)
  return texts.join('\n')
}

/** What a getter throws is something one can get, too. */
function attempt(read: () => unknown): unknown {
  try {
    return read()
  } catch (error) {
    return error
  }
}
