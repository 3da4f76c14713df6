/** What the platform lends this room: the only file here that touches `performance` and `scheduler`. */

interface Scheduler {
  postTask(run: () => void, options: { readonly priority: 'background' }): Promise<unknown>
}

/** Milliseconds since some fixed moment; never goes back. */
export function elapsed(): number {
  return globalThis.performance.now()
}

/**
 * Lets the browser handle input and draw. `scheduler.yield()` would starve
 * frames, and a timer would wait at least 4 ms each time.
 */
export async function yieldToPage(): Promise<void> {
  const { scheduler } = globalThis as { scheduler?: Partial<Scheduler> }
  if (typeof scheduler?.postTask === 'function') {
    await scheduler.postTask(() => {}, { priority: 'background' })
  } else if (typeof MessageChannel === 'function') {
    await messageTurn()
  } else {
    await new Promise((resolve) => globalThis.setTimeout(resolve, 0))
  }
}

function messageTurn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.addEventListener(
      'message',
      () => {
        port1.close()
        resolve()
      },
      { once: true },
    )
    port1.start()
    port2.postMessage(undefined)
  })
}
