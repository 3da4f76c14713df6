import { cloneState, functionalUpdate, getInitialTableState } from '@tanstack/table-core'
import { storeReactivityBindings } from '@tanstack/table-core/store-reactivity-bindings'
import type { TableSlices } from '../../definition/table-access.ts'
import type { StateAtom, Updater } from '../core-table.ts'
import type { OperationPipeline } from './operation-pipeline.ts'
import { changeHandlerOf, operationOfSlice, payloadOf, sameSlice } from './state-slices.ts'

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
  readonly #slices: () => TableSlices

  constructor(options: StateOptions, pipeline: OperationPipeline, slices: () => TableSlices) {
    this.#pipeline = pipeline
    this.#slices = slices
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
    return {
      get: () => atom.get(),
      subscribe: atom.subscribe.bind(atom),
      set: (updater) => {
        const before = atom.get()
        const after: unknown = functionalUpdate(updater, before)
        if (!sameSlice(before, after)) this.#perform(slice, before, after, () => atom.set(() => after))
      },
    }
  }

  #around(slice: string, handler: ChangeHandler): ChangeHandler {
    return (updater) => {
      const before = this.#valueOf(slice)
      const after: unknown = functionalUpdate(updater, before)
      // The application's own queue applies the updater, also where nothing seems to change:
      // it may have a newer value waiting, so that two in one tick add up.
      if (sameSlice(before, after)) handler(updater)
      else this.#perform(slice, before, after, () => handler(updater))
    }
  }

  #valueOf(slice: string): unknown {
    return (this.#slices() as Readonly<Record<string, unknown>>)[slice]
  }

  #perform(slice: string, before: unknown, after: unknown, apply: () => void): void {
    const type = operationOfSlice[slice]
    if (type !== undefined)
      this.#pipeline.perform(type, payloadOf(slice, before, after, this.#slices()), apply)
  }
}

function createAtom(slice: string, value: unknown): StateAtom {
  return storeReactivityBindings().createWritableAtom(value, { debugName: `gridkit/${slice}` })
}
