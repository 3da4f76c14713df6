import type { OperationSource } from '../../definition/operations.ts'
import type { Passage } from '../../definition/hooks.ts'
import type { Report } from '../../definition/signal.ts'
import { GridKitError, messageOf } from '../../errors/gridkit-error.ts'
import { operationCancelled } from '../../errors/table-errors.ts'
import type { EnhancedEventBus } from '../../events/enhanced-event-bus.ts'
import type { HookRegistry } from '../../hooks/hook-registry.ts'
import type { MiddlewareRegistry } from '../../hooks/middleware-registry.ts'
import type { Clock } from '../../lifetime/clock.ts'
import { reportFailure, tellCancelled } from './operation-facts.ts'
import { OperationJourney, operationOf, type JourneyPapers } from './operation-journey.ts'
import { OperationLanes } from './operation-lanes.ts'
import { OperationNesting, type NestedOperation } from './operation-nesting.ts'
import type { OperationRequest, Preparation } from './preparation.ts'

/** What operations pass on their way. */
export interface PipelineRooms {
  readonly bus: EnhancedEventBus
  readonly hooks: HookRegistry
  readonly middleware: MiddlewareRegistry
  readonly clock: Clock
  readonly report: Report
}

/**
 * The one way by which rows and table state change: ask the hooks, pass the middleware, apply, tell. Where nothing
 * on the way is asynchronous, all of it happens at once.
 */
export class OperationPipeline {
  readonly #rooms: PipelineRooms
  readonly #lanes = new OperationLanes()
  readonly #nesting = new OperationNesting()
  /** Those that wait for something. */
  readonly #waiting = new Set<OperationJourney>()
  #source: OperationSource = 'api'
  #lastId = 0

  constructor(rooms: PipelineRooms) {
    this.#rooms = rooms
  }

  /** Operations started by `run`, while it runs, are charged to `source`. */
  withSource<T>(source: OperationSource, run: () => T): T {
    const outer = this.#source
    this.#source = source
    try {
      return run()
    } finally {
      this.#source = outer
    }
  }

  /** Whether an operation of the subject waits, so that others of it are to be prepared later. */
  isBusy(subject: string): boolean {
    return this.#lanes.isBusy(subject)
  }

  /**
   * Makes one change, tells the application, and emits the event of the same type. The event is a fact by then, so
   * that it is emitted also where the application's own callback throws.
   *
   * @param prepared What was found out already, if nothing has happened since.
   * @returns Why the change was not made, where that is known at once: GK_OPERATION_CANCELLED, GK_OPERATION_CYCLE.
   * @throws What the request and the application throw, if that is at once.
   */
  perform(request: OperationRequest, prepared?: Preparation): GridKitError | undefined {
    if (!this.#lanes.isBusy(request.subject)) return this.#perform(request, prepared)
    const source = this.#source
    const cause = this.#nesting.current
    this.#lanes.queue(request.subject, () => this.#performLater(request, source, cause))
    return undefined
  }

  /** Ends what waits: nothing of that is made. */
  close(): void {
    this.#lanes.clear()
    for (const journey of this.#waiting) journey.cancel({ by: 'host', reason: 'the table has ended' })
  }

  #perform(request: OperationRequest, prepared = request.prepare()): GridKitError | undefined {
    if (prepared === undefined) return undefined
    const { type } = request
    const { hooks, middleware } = this.#rooms
    if (hooks.has(type) || middleware.has(type)) return this.#travel(request, prepared)
    const id = this.#newId()
    const source = this.#source
    prepared.apply()
    try {
      prepared.tell()
    } finally {
      // Types that are operations have the same payload as events.
      this.#rooms.bus.emit<string>({ type, payload: prepared.payload, source, operationId: id })
    }
    return undefined
  }

  /** Nobody is there to throw to. */
  #performLater(
    request: OperationRequest,
    source: OperationSource,
    cause: NestedOperation | undefined,
  ): void {
    try {
      this.#nesting.within(cause, () => this.withSource(source, () => this.#perform(request)))
    } catch (error) {
      const operation = operationOf(this.#papers(request, source), request.blank())
      tellCancelled(this.#rooms.bus, operation, 'host', messageOf(error))
      reportFailure(this.#rooms.report, operation, error)
    }
  }

  #travel(request: OperationRequest, prepared: Preparation): GridKitError | undefined {
    const nested = this.#nesting.enter(request.type)
    const papers = this.#papers(request, this.#source)
    if (nested instanceof GridKitError) {
      reportFailure(this.#rooms.report, operationOf(papers, prepared.payload), nested)
      return nested
    }
    const as = <T>(source: OperationSource, run: () => T): T =>
      this.#nesting.within(nested, () => this.withSource(source, run))
    const journey = new OperationJourney(papers, prepared, as)
    const asked = this.#rooms.hooks.before(journey)
    const work = asked ? asked.then(() => this.#passOn(journey)) : this.#passOn(journey)
    if (work === undefined) return resultOf(journey)
    this.#waiting.add(journey)
    this.#lanes.occupy(
      request.subject,
      work.then(() => this.#arrive(journey)),
    )
    return undefined
  }

  #passOn(journey: OperationJourney): Promise<void> | undefined {
    const passage = journey.cancellation
      ? 'cancelled'
      : this.#rooms.middleware.cross(journey, () => this.#apply(journey))
    if (typeof passage !== 'string') return passage.then(() => this.#end(journey))
    this.#end(journey)
    return undefined
  }

  /** Never throws: what goes wrong is for whoever asked for the change. */
  #apply(journey: OperationJourney): Passage {
    if (journey.cancellation) return 'cancelled'
    try {
      const renewed = journey.preparation.renew()
      if (renewed === undefined) return 'unchanged'
      journey.become(renewed)
    } catch (error) {
      journey.failure = { error }
      journey.cancel({ by: 'host', reason: messageOf(error) })
      return 'cancelled'
    }
    try {
      journey.as(journey.papers.source, () => this.#applyNow(journey))
      return 'applied'
    } catch (error) {
      journey.failure = { error }
      return 'failed'
    }
  }

  #applyNow({ preparation, operation, as }: OperationJourney): void {
    preparation.apply()
    try {
      preparation.tell()
    } finally {
      const { type, payload, source, id } = operation
      this.#rooms.hooks.after(operation, as)
      this.#rooms.bus.emit<string>({ type, payload, source, operationId: id })
    }
  }

  #end({ cancellation, operation }: OperationJourney): void {
    if (cancellation) tellCancelled(this.#rooms.bus, operation, cancellation.by, cancellation.reason)
  }

  /** The end of an operation that had to wait: nobody is there to throw to. */
  #arrive(journey: OperationJourney): void {
    this.#waiting.delete(journey)
    if (journey.failure) reportFailure(this.#rooms.report, journey.operation, journey.failure.error)
  }

  #newId(): string {
    this.#lastId += 1
    return `operation-${this.#lastId}`
  }

  #papers(request: OperationRequest, source: OperationSource): JourneyPapers {
    return { id: this.#newId(), source, request, timestamp: this.#rooms.clock.now() }
  }
}

/** @throws What went wrong. */
function resultOf({ failure, cancellation, papers }: OperationJourney): GridKitError | undefined {
  if (failure) throw failure.error
  return cancellation && operationCancelled(papers.request.type, cancellation.by, cancellation.reason)
}
