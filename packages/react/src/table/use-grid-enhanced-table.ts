import { useEffect, useLayoutEffect, useState, useSyncExternalStore } from 'react'
import type {
  EnhancedTableOptions,
  GridKitFeatures,
  GridKitTableMembers,
  PluginEventsOf,
  PluginMethodsOf,
  ResolvedFeatures,
} from '@gridkit/core'
import {
  createTableHost,
  hostOptions,
  pluginsOf,
  settleTable,
  tableOptionsOf,
  type TableHost,
} from '@gridkit/core/adapter'
import { useTable, type ReactTable, type RowData, type TableState } from '@tanstack/react-table'

/** A TanStack React table with plugins. */
export type EnhancedReactTable<
  TInput extends GridKitFeatures,
  TData extends RowData,
  TSelected = TableState<ResolvedFeatures<TInput>>,
> = ReactTable<ResolvedFeatures<TInput>, TData, TSelected> &
  GridKitTableMembers<TData, PluginEventsOf<TInput>> &
  PluginMethodsOf<TInput>

/**
 * TanStack's `useTable` with plugins. Options, result and selector are those of
 * v9, and `features` also takes `plugins`.
 *
 * Plugins start once the component is mounted and stop when it is gone;
 * StrictMode, Fast Refresh and lists written inline restart nothing. On the
 * server the table renders without its plugins.
 *
 * @param selector Which state re-renders the component. Default: all of it; `() => null` for none.
 */
export function useGridEnhancedTable<
  TInput extends GridKitFeatures,
  TData extends RowData,
  TSelected = TableState<ResolvedFeatures<TInput>>,
>(
  options: EnhancedTableOptions<TInput, TData>,
  selector?: (state: TableState<ResolvedFeatures<TInput>>) => TSelected,
): EnhancedReactTable<TInput, TData, TSelected> {
  // What the host holds changes while its identity stays, so the React Compiler must not memoise what is read from it.
  'use no memo'
  const [host] = useState(() => createTableHost(options))
  const table = useTable(tableOptionsOf(host, options), selector)
  // After the table was made, which puts the first methods on it.
  useHost(host)
  const { [settleTable]: settle } = table as unknown as { [settleTable](): void }

  useLayoutEffect(() => {
    settle()
    host.update(hostOptions(options), pluginsOf(options))
  })
  useEffect(() => host.connect(), [host])
  // The host put its members on the table; the types can't see that.
  return table as unknown as EnhancedReactTable<TInput, TData, TSelected>
}

/** Renders again when GridKit changed rows, and when plugins that came or went changed what methods there are. */
function useHost({ rows, methods }: TableHost): void {
  useVersion(rows)
  useVersion(methods)
}

/** Something that counts its changes. */
interface Versioned {
  readonly version: number
  subscribe(listener: () => void): () => void
}

function useVersion(source: Versioned): void {
  const [subscribe] = useState(() => (listener: () => void) => source.subscribe(listener))
  const snapshot = (): number => source.version
  useSyncExternalStore(subscribe, snapshot, snapshot)
}
