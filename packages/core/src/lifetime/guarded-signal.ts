import { isThenable } from './thenable.ts'

type Listener = ((this: AbortSignal, event: Event) => unknown) | { handleEvent(event: Event): unknown }
type Guarded = (event: Event) => void

/**
 * Hands what the listeners of a signal throw or reject with to `caught`. Otherwise it would be an uncaught
 * error, which ends a Node process. Signals made of this one, by `AbortSignal.any`, stay as they are.
 */
export function guardListeners(signal: AbortSignal, caught: (failure: unknown) => void): void {
  const guard =
    (listener: Listener): Guarded =>
    (event) => {
      try {
        const result =
          typeof listener === 'function' ? listener.call(signal, event) : listener.handleEvent(event)
        if (isThenable(result)) result.then(undefined, caught)
      } catch (failure) {
        caught(failure)
      }
    }
  const add = signal.addEventListener.bind(signal)
  const remove = signal.removeEventListener.bind(signal)
  // One for each listener, so that the signal knows those it has.
  const guarded = new WeakMap<Listener, Guarded>()
  let handler: Guarded | null = null
  Object.defineProperties(signal, {
    addEventListener: {
      value: (type: 'abort', listener: Listener | null, options?: AddEventListenerOptions) => {
        if (listener === null) return
        const call = guarded.get(listener) ?? guard(listener)
        guarded.set(listener, call)
        add(type, call, options)
      },
    },
    removeEventListener: {
      value: (type: 'abort', listener: Listener | null, options?: EventListenerOptions) => {
        // Node takes back by this method what it was given guarded already.
        if (listener !== null) remove(type, guarded.get(listener) ?? listener, options)
      },
    },
    onabort: {
      get: () => handler,
      set: (next: Listener | null) => {
        handler = next && guard(next)
        Reflect.set(Object.getPrototypeOf(signal) as object, 'onabort', handler, signal)
      },
    },
  })
}
