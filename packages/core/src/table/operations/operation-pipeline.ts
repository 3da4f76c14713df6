import type { OperationSource } from '../../definition/operations.ts'
import type { Passage } from '../../definition/hooks.ts'
import { GridKitError, messageOf } from '../../errors/gridkit-error.ts'
import { applicationFailed } from '../../errors/table-errors.ts'
import { isOfAsker, pluginOf, reportFailure, tellCancelled } from './operation-facts.ts'
import { OperationJourney, operationOf, type JourneyPapers } from './operation-journey.ts'
import { OperationLanes } from './operation-lanes.ts'
import { OperationNesting } from './operation-nesting.ts'
import type { PipelineRooms } from './pipeline-rooms.ts'
import type { OperationRequest, Preparation } from './preparation.ts'

const tableEnded = 'the table has ended'

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
    const source = this.#source
    if (!this.#lanes.isBusy(request.subject)) {
      try {
        return this.#perform(request, prepared)
      } catch (error) {
        throw failureFor(source, request.type, error)
      }
    }
    const cause = this.#nesting.current
    this.#lanes.queue(request.subject, {
      take: () => this.#nesting.within(cause, () => this.withSource(source, () => this.#take(request))),
      lose: () => this.#drop(request, source, tableEnded),
    })
    return undefined
  }

  /** Ends what waits: nothing of that is made. */
  close(): void {
    for (const journey of this.#waiting) journey.cancel({ by: 'host', reason: tableEnded })
    this.#lanes.clear()
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
  #take(request: OperationRequest): void {
    const { type, asker } = request
    const failed = (error: unknown, pluginId?: string): void =>
      reportFailure(this.#rooms.report, { type, error, pluginId })
    let prepared: Preparation | undefined
    try {
      prepared = request.prepare()
    } catch (error) {
      this.#drop(request, this.#source, messageOf(error))
      return failed(error, isOfAsker(error) ? asker : undefined)
    }
    try {
      if (prepared) this.#perform(request, prepared)
    } catch (error) {
      failed(error)
    }
    return undefined
  }

  #drop(request: OperationRequest, source: OperationSource, reason: string): void {
    const operation = operationOf(this.#papers(request, source), request.blank())
    tellCancelled(this.#rooms.bus, operation, 'host', reason)
  }

  #travel(request: OperationRequest, prepared: Preparation): GridKitError | undefined {
    const nested = this.#nesting.enter(request.type)
    const papers = this.#papers(request, this.#source)
    if (nested instanceof GridKitError) {
      reportFailure(this.#rooms.report, {
        type: request.type,
        error: nested,
        pluginId: pluginOf(papers.source),
      })
      return nested
    }
    const as = <T>(source: OperationSource, run: () => T): T =>
      this.#nesting.within(nested, () => this.withSource(source, run))
    const journey = new OperationJourney(papers, prepared, as)
    const asked = this.#rooms.hooks.before(journey)
    const work = asked ? asked.then(() => this.#passOn(journey)) : this.#passOn(journey)
    if (work === undefined) return journey.result()
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
    const { failure, papers } = journey
    // What is left to fail by then is the application's.
    if (failure) reportFailure(this.#rooms.report, { type: papers.request.type, error: failure.error })
  }

  #newId(): string {
    this.#lastId += 1
    return `operation-${this.#lastId}`
  }

  #papers(request: OperationRequest, source: OperationSource): JourneyPapers {
    return { id: this.#newId(), source, request, timestamp: this.#rooms.clock.now() }
  }
}

/** What the application throws is its own to hear; a plugin that asked for the change must not be charged with it. */
function failureFor(source: OperationSource, type: string, error: unknown): unknown {
  const pluginId = pluginOf(source)
  return pluginId === undefined || error instanceof GridKitError
    ? error
    : applicationFailed(pluginId, type, error)
}
