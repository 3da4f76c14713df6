import { cloneState, functionalUpdate, getInitialTableState } from '@tanstack/table-core'
import { storeReactivityBindings } from '@tanstack/table-core/store-reactivity-bindings'
import type { CoreTable, StateAtom, Updater } from '../core-table.ts'
import type { OperationPipeline } from './operation-pipeline.ts'
import type { Preparation } from './preparation.ts'
import { SliceChange, type SliceKeeper } from './slice-change.ts'
import { changeHandlerOf, operationOfSlice, sameSlice } from './state-slices.ts'

type ChangeHandler = (updater: Updater) => void

/** What decides who owns a slice; the same options as TanStack's. */
export interface StateOptions {
  readonly features: object
  readonly initialState?: object | undefined
  readonly state?: object | undefined
  readonly atoms?: object | undefined
}

/**
 * Owns the atoms of a table's state, so that every change, by whichever setter,
 * is an operation. Atoms of the application are passed through on the way.
 */
export class OwnedState {
  /** TanStack's `atoms` option. */
  readonly atoms: Readonly<Record<string, StateAtom>>
  /** The slices that are kept here, and not in an atom of the application. */
  readonly #own: readonly string[]
  readonly #pipeline: OperationPipeline
  readonly #table: () => CoreTable
  /** The atoms of slices that are not the application's `state`, without the operation around. */
  readonly #watched = new Map<string, StateAtom>()
  /** The application's handlers, by those with the operation around them. */
  readonly #handlers = new WeakMap<object, ChangeHandler>()
  readonly #keeper: SliceKeeper = {
    slices: () => this.#table().store.state,
    valueOf: (slice) => this.#valueOf(slice),
    setterOf: (slice) => this.#setterOf(slice),
  }

  constructor(options: StateOptions, pipeline: OperationPipeline, table: () => CoreTable) {
    this.#pipeline = pipeline
    this.#table = table
    const theirs = options.atoms as Readonly<Record<string, StateAtom>> | undefined
    const initial = getInitialTableState({ ...options.features }, { ...options.initialState })
    const owned: [string, StateAtom][] = Object.entries(initial)
      .filter(
        ([slice]) => Object.hasOwn(operationOfSlice, slice) && !Object.hasOwn(options.state ?? {}, slice),
      )
      .map(([slice, value]) => [slice, this.#watch(slice, theirs?.[slice] ?? createAtom(slice, value))])
    this.atoms = { ...theirs, ...Object.fromEntries(owned) }
    this.#own = owned.map(([slice]) => slice).filter((slice) => theirs?.[slice] === undefined)
  }

  /** Resets the slices kept here, each as an operation unless that changes nothing. */
  reset(initial: Readonly<Record<string, unknown>>): void {
    for (const slice of this.#own) this.atoms[slice]?.set(() => cloneState(initial[slice]))
  }

  /** The `on…Change` options for the slices the application keeps in `state`, with the operation around them. */
  controlledHandlers(options: StateOptions): Readonly<Record<string, ChangeHandler>> {
    const given = { ...options } as Readonly<Record<string, unknown>>
    const controlled = Object.keys(options.state ?? {}).filter((slice) =>
      Object.hasOwn(operationOfSlice, slice),
    )
    const handlers = controlled.flatMap((slice): [string, ChangeHandler][] => {
      const name = changeHandlerOf(slice)
      const handler = given[name]
      return typeof handler === 'function' ? [[name, this.#around(slice, handler as ChangeHandler)]] : []
    })
    return Object.fromEntries(handlers)
  }

  #watch(slice: string, atom: StateAtom): StateAtom {
    this.#watched.set(slice, atom)
    return {
      get: () => atom.get(),
      subscribe: atom.subscribe.bind(atom),
      set: (updater) => {
        const change = (): SliceChange | undefined => {
          const before = atom.get()
          const after: unknown = functionalUpdate(updater, before)
          if (sameSlice(before, after)) return undefined
          const asked = { write: () => atom.set(() => after), again: change }
          return new SliceChange(this.#keeper, slice, { [slice]: after }, asked)
        }
        this.#perform(slice, change)
      },
    }
  }

  #around(slice: string, handler: ChangeHandler): ChangeHandler {
    const around: ChangeHandler = (updater) => {
      const change = (): SliceChange | undefined => {
        const before = this.#valueOf(slice)
        const after: unknown = functionalUpdate(updater, before)
        // The application's own queue applies the updater, also where nothing seems to change:
        // it may have a newer value waiting, so that two in one tick add up.
        if (sameSlice(before, after)) {
          handler(updater)
          return undefined
        }
        const asked = { write: () => handler(updater), again: change }
        return new SliceChange(this.#keeper, slice, { [slice]: after }, asked)
      }
      this.#perform(slice, change)
    }
    this.#handlers.set(around, handler)
    return around
  }

  #perform(slice: string, prepare: () => Preparation | undefined): void {
    const type = operationOfSlice[slice]
    if (type === undefined) return
    const blank = (): Preparation['payload'] =>
      new SliceChange(this.#keeper, slice, { [slice]: this.#valueOf(slice) }).payload
    // Nobody expects a setter to throw: who wants to know listens for `operation:cancelled`.
    this.#pipeline.perform({ type, subject: type, prepare, blank })
  }

  #valueOf(slice: string): unknown {
    const atom = this.#watched.get(slice)
    return atom ? atom.get() : this.#table().store.state[slice]
  }

  #setterOf(slice: string): ((update: (now: unknown) => unknown) => void) | undefined {
    const atom = this.#watched.get(slice)
    if (atom) return (update) => atom.set(update)
    const around = this.#table().options[changeHandlerOf(slice)]
    const handler = typeof around === 'function' ? this.#handlers.get(around) : undefined
    return handler
  }
}

function createAtom(slice: string, value: unknown): StateAtom {
  return storeReactivityBindings().createWritableAtom(value, { debugName: `gridkit/${slice}` })
}
