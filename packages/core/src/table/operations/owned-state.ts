import { functionalUpdate, getInitialTableState } from '@tanstack/table-core'
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
      .map(([slice, value]) => [slice, this.#own(slice, theirs?.[slice] ?? createAtom(slice, value))])
    this.atoms = { ...theirs, ...Object.fromEntries(owned) }
  }

  /** Sets one slice, as an operation, unless that changes nothing. */
  set(slice: string, updater: Updater): void {
    this.atoms[slice]?.set(updater)
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

  #own(slice: string, atom: StateAtom): StateAtom {
    return {
      get: () => atom.get(),
      subscribe: atom.subscribe.bind(atom),
      set: (updater) => this.#change(slice, atom.get(), updater, (_, after) => atom.set(() => after)),
    }
  }

  #around(slice: string, handler: ChangeHandler): ChangeHandler {
    // The application's own queue applies the updater, so that two in one tick add up.
    return (updater) => this.#change(slice, this.#valueOf(slice), updater, (given) => handler(given))
  }

  #valueOf(slice: string): unknown {
    return (this.#slices() as Readonly<Record<string, unknown>>)[slice]
  }

  #change(
    slice: string,
    before: unknown,
    updater: Updater,
    write: (updater: Updater, after: unknown) => void,
  ): void {
    const after: unknown = functionalUpdate(updater, before)
    const type = operationOfSlice[slice]
    if (type === undefined || sameSlice(before, after)) return
    this.#pipeline.perform(type, payloadOf(slice, before, after, this.#slices()), () => write(updater, after))
  }
}

function createAtom(slice: string, value: unknown): StateAtom {
  return storeReactivityBindings().createWritableAtom(value, { debugName: `gridkit/${slice}` })
}
