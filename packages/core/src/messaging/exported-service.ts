import type { Report } from '../definition/signal.ts'
import {
  serviceFailed,
  serviceGone,
  serviceInvalid,
  serviceMethodUnknown,
  serviceTimedOut,
} from '../errors/service-errors.ts'
import type { Clock } from '../lifetime/clock.ts'
import { copyOf } from './message-copy.ts'
import type { ServiceCall } from './service-call.ts'
import { methodsOf, type ServiceMethod } from './service-methods.ts'

/** Runs code of the exporter through its guard, and passes on what comes of it. */
export type GuardCall = (phase: string, run: () => unknown) => Promise<unknown>

/** How long a call may go unanswered, and who is told when it does. */
export interface CallLimit {
  readonly milliseconds: number
  readonly clock: Clock
  readonly report: Report
}

/** A service while it is exported, and the calls that it has not answered. */
export class ExportedService {
  readonly #methods: ReadonlyMap<string, ServiceMethod>
  readonly #guardCall: GuardCall
  readonly #limit: CallLimit
  readonly #unanswered = new Set<ServiceCall>()

  /** @throws GK_SERVICE_INVALID */
  constructor(owner: string, name: string, service: object, guardCall: GuardCall, limit: CallLimit) {
    this.#methods = methodsOf(service)
    if (this.#methods.size === 0) throw serviceInvalid(owner, name)
    this.#guardCall = guardCall
    this.#limit = limit
  }

  /** How many calls it has not answered. */
  get unanswered(): number {
    return this.#unanswered.size
  }

  /** Makes the call, which ends with what comes of it. */
  answer(call: ServiceCall, parameters: readonly unknown[]): void {
    const { from, owner, name, method } = call.details
    const run = this.#methods.get(method)
    if (run === undefined)
      return call.fail(serviceMethodUnknown(from, owner, name, method, [...this.#methods.keys()]))
    this.#unanswered.add(call)
    call.onEnd(() => this.#unanswered.delete(call))
    call.onEnd(this.#limit.clock.after(this.#limit.milliseconds, () => this.#giveUp(call)))
    void this.#run(call, () => run(parameters))
  }

  /** Fails the calls that it has not answered. */
  close(): void {
    for (const call of this.#unanswered) {
      const { from, owner, name } = call.details
      call.fail(serviceGone(from, owner, name))
    }
  }

  /** A plugin that hangs fails, as one that throws does. */
  #giveUp(call: ServiceCall): void {
    const { from, owner, name, method } = call.details
    const error = serviceTimedOut(from, owner, name, method, this.#limit.milliseconds, false)
    call.fail(error)
    this.#limit.report({ pluginId: owner, phase: phaseOf(call), error })
  }

  async #run(call: ServiceCall, run: () => unknown): Promise<void> {
    const { from, owner, name, method } = call.details
    try {
      const result = await this.#guardCall(phaseOf(call), run)
      if (!call.ended) call.succeed(copyOf(result, owner, 'result'))
    } catch (error) {
      call.fail(serviceFailed(from, owner, name, method, error))
    }
  }
}

function phaseOf({ details: { name, method } }: ServiceCall): string {
  return `service '${name}'.${method}`
}
