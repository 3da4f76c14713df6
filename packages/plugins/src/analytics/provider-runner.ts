import { GridKitError, messageOf, type Logger } from '@gridkit/core'
import type {
  AnalyticsAdapter,
  AnalyticsSettings,
  ProviderState,
  ProviderStatus,
} from './analytics-options.ts'
import { providerFailed } from './errors.ts'

/** One call of an adapter. */
export interface ProviderCall {
  readonly action: 'track' | 'identify' | 'reset'
  run(adapter: AnalyticsAdapter): void | Promise<void>
}

/** What a runner works with. Read at each call: the application may swap the functions of an adapter. */
export interface RunnerRooms {
  readonly adapter: () => AnalyticsAdapter
  readonly settings: () => AnalyticsSettings
  /** Whether there is consent now. Never throws. */
  readonly allowed: () => boolean
  readonly logger: Logger
}

/** How many calls may wait for one provider. */
const longestQueue = 1_000

/** Hands calls to one provider, in order, once its SDK is there. Never throws, and never grows without bound. */
export class ProviderRunner {
  readonly #rooms: RunnerRooms
  readonly #unfinished = new Set<Promise<void>>()
  #waiting: ProviderCall[] = []
  #state: ProviderState = 'idle'
  #error: GridKitError | undefined
  #handed = 0
  #dropped = 0
  #loading: Promise<void> = Promise.resolve()
  /** Counts loads and closes, so that a load that was overtaken is noticed. */
  #turn = 0

  constructor(rooms: RunnerRooms) {
    this.#rooms = rooms
  }

  /** What keeps this provider from working at all. */
  get failure(): GridKitError | undefined {
    return this.#state === 'failed' ? this.#error : undefined
  }

  get status(): ProviderStatus {
    return {
      name: this.#rooms.adapter().name,
      state: this.#state,
      queued: this.#waiting.length + this.#unfinished.size,
      handed: this.#handed,
      dropped: this.#dropped,
      ...(this.#error === undefined
        ? {}
        : { error: { code: this.#error.code, message: this.#error.message, hint: this.#error.hint } }),
    }
  }

  /** Gives up on this provider until it is loaded again. */
  fail(error: GridKitError): void {
    this.#state = 'failed'
    this.#error = error
    this.#dropped += this.#waiting.length
    this.#waiting = []
  }

  /** Loads the SDK, unless that is done or under way. */
  load(): void {
    if (this.#state === 'loading' || this.#state === 'ready') return
    this.#state = 'loading'
    this.#turn += 1
    this.#loading = this.#load(this.#turn)
  }

  /** Takes a call, to be made after this tick at the earliest. */
  push(call: ProviderCall): void {
    const full = this.#waiting.length + this.#unfinished.size >= longestQueue
    if (full || this.#state === 'failed') {
      this.#dropped += 1
      return
    }
    this.#waiting.push(call)
    if (this.#state === 'idle') this.load()
    // A tick later, so that no adapter runs inside of what the grid is doing.
    else if (this.#state === 'ready' && this.#waiting.length === 1) queueMicrotask(() => this.#run())
  }

  /** Resolves when every call so far is finished and the SDK has sent what it held back. */
  async flush(): Promise<void> {
    await this.#loading
    if (this.#state !== 'ready') return
    // Without consent the SDK may not send what it holds back either.
    if (!this.#rooms.allowed()) return this.close()
    this.#run()
    await Promise.all(this.#unfinished)
    await this.#attempt('flush', () => this.#rooms.adapter().flush())
  }

  /** Hands on what waits, and closes. */
  async end(): Promise<void> {
    await this.flush()
    await this.close()
  }

  /** Forgets what waits, and lets the SDK send nothing more. */
  async close(): Promise<void> {
    this.#turn += 1
    this.#waiting = []
    const wasReady = this.#state === 'ready'
    if (this.#state !== 'failed') this.#state = 'idle'
    if (wasReady) await this.#attempt('close', () => this.#rooms.adapter().close())
  }

  async #load(turn: number): Promise<void> {
    const adapter = this.#rooms.adapter()
    try {
      await adapter.load(this.#rooms.settings())
    } catch (error) {
      if (turn !== this.#turn) return
      this.fail(error instanceof GridKitError ? error : providerFailed(adapter.name, 'load', error))
      this.#rooms.logger.warn(`analytics is off for '${adapter.name}': ${messageOf(error)}`, error)
      return
    }
    if (turn !== this.#turn) {
      await this.#attempt('close', () => adapter.close())
      return
    }
    // Consent may have been withdrawn meanwhile, without a word by `optOut`.
    this.#state = 'ready'
    if (!this.#rooms.allowed()) return this.close()
    this.#error = undefined
    this.#run()
  }

  #run(): void {
    const calls = this.#waiting
    this.#waiting = []
    if (calls.length > 0 && !this.#rooms.allowed()) return
    for (const call of calls) {
      const adapter = this.#rooms.adapter()
      const finished = this.#attempt(call.action, () => call.run(adapter))
      this.#handed += 1
      this.#unfinished.add(finished)
      void finished.finally(() => this.#unfinished.delete(finished))
    }
  }

  async #attempt(action: string, run: () => void | Promise<void>): Promise<void> {
    try {
      await run()
    } catch (error) {
      const failure =
        error instanceof GridKitError ? error : providerFailed(this.#rooms.adapter().name, action, error)
      // Told once, so that a service that is down is no flood of lines.
      if (failure.message !== this.#error?.message) this.#rooms.logger.warn(failure.message, failure)
      this.#error = failure
    }
  }
}
