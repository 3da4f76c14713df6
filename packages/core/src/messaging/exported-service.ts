import { serviceFailed, serviceGone, serviceInvalid, serviceMethodUnknown } from '../errors/service-errors.ts'
import { copyOf } from './message-copy.ts'
import type { ServiceCall } from './service-call.ts'
import { methodsOf, type ServiceMethod } from './service-methods.ts'

/** Runs code of the exporter through its guard, and passes on what comes of it. */
export type GuardCall = (phase: string, run: () => unknown) => Promise<unknown>

/** A service while it is exported, and the calls that it has not answered. */
export class ExportedService {
  readonly #methods: ReadonlyMap<string, ServiceMethod>
  readonly #guardCall: GuardCall
  readonly #unanswered = new Set<ServiceCall>()

  /** @throws GK_SERVICE_INVALID */
  constructor(owner: string, name: string, service: object, guardCall: GuardCall) {
    this.#methods = methodsOf(service)
    if (this.#methods.size === 0) throw serviceInvalid(owner, name)
    this.#guardCall = guardCall
  }

  /** Makes the call, which ends with what comes of it. */
  answer(call: ServiceCall, parameters: readonly unknown[]): void {
    const { from, owner, name, method } = call.details
    const run = this.#methods.get(method)
    if (run === undefined)
      return call.fail(serviceMethodUnknown(from, owner, name, method, [...this.#methods.keys()]))
    this.#unanswered.add(call)
    call.onEnd(() => this.#unanswered.delete(call))
    void this.#run(call, () => run(parameters))
  }

  /** Fails the calls that it has not answered. */
  close(): void {
    for (const call of this.#unanswered) {
      const { from, owner, name } = call.details
      call.fail(serviceGone(from, owner, name))
    }
  }

  async #run(call: ServiceCall, run: () => unknown): Promise<void> {
    const { from, owner, name, method } = call.details
    try {
      const result = await this.#guardCall(`service '${name}'.${method}`, run)
      if (!call.ended) call.succeed(copyOf(result, owner, 'result'))
    } catch (error) {
      call.fail(serviceFailed(from, owner, name, method, error))
    }
  }
}
