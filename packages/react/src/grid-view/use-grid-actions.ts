import { useMemo } from 'react'
import { flushSync } from 'react-dom'
import { GridKitError } from '@gridkit/core'
import type { GridActions, GridColumn, GridRowModel, GridTable, Position, Step } from './grid-table.ts'
import type { Editing } from './use-editing.ts'
import { useLatest } from './use-latest.ts'
import type { RovingFocus } from './use-roving-focus.ts'

/** What actions need to know at the moment they happen. */
export interface GridScene {
  readonly table: GridTable
  readonly rows: readonly GridRowModel[]
  readonly columns: readonly GridColumn[]
  readonly focus: RovingFocus
  readonly editing: Editing
}

/** The actions of people. Each is charged to the user. */
export function useGridActions(scene: GridScene): GridActions {
  const latest = useLatest(scene)
  return useMemo(() => {
    const now = (): GridScene => latest.current
    return { ...tableActions(now), ...editActions(now) }
  }, [latest])
}

type TableActions = Pick<
  GridActions,
  'sort' | 'filter' | 'search' | 'clearFilters' | 'selectRow' | 'selectAll'
>

function tableActions(now: () => GridScene): TableActions {
  const asUser = (run: (table: GridTable) => void): void => {
    const { table } = now()
    table.withSource('user', () => run(table))
  }
  return {
    sort: (columnId, multiple) =>
      asUser((table) => {
        const column = table.getColumn(columnId)
        if (column?.getCanSort()) column.toggleSorting(undefined, multiple)
      }),
    filter: (columnId, update) => asUser((table) => table.getColumn(columnId)?.setFilterValue(update)),
    search: (text) => asUser((table) => table.setGlobalFilter(text === '' ? undefined : text)),
    clearFilters: () =>
      asUser((table) => {
        table.resetColumnFilters(true)
        table.setGlobalFilter(undefined)
      }),
    selectRow: (row, on, range) =>
      asUser(() => row.getToggleSelectedHandler()({ target: { checked: on }, shiftKey: range })),
    selectAll: (on) => asUser((table) => table.toggleAllRowsSelected(on)),
  }
}

function editActions(now: () => GridScene): Pick<GridActions, 'edit' | 'save' | 'close'> {
  const close = (step: Step | 'back'): void => {
    const { focus, editing, rows, columns } = now()
    editing.setEdit(undefined)
    if (step === 'stay') return
    const { row, column } = stepFrom(focus.active, step)
    focus.moveTo({
      row: Math.min(row, rows.length - 1),
      column: Math.max(1, Math.min(column, columns.length)),
    })
  }
  return {
    edit(at) {
      const { rows, columns, focus, editing } = now()
      const row = rows[at.row]
      const column = columns[at.column - 1]
      if (row === undefined || column?.editKey === undefined) return false
      // At once, so that the key that began it types into the editor.
      flushSync(() => {
        focus.hold(at)
        editing.setEdit({ rowId: row.id, columnId: column.id, startedAt: at.row })
      })
      return true
    },
    save(row, { editKey = '', label }, value, step) {
      const { table, editing } = now()
      try {
        table.withSource('user', () => table.updateRow(row.id, { [editKey]: value }))
      } catch (error) {
        if (error instanceof GridKitError) return error.message
        throw error
      }
      editing.setSaved({ label })
      close(step)
      return undefined
    },
    close,
  }
}

function stepFrom({ row, column }: Position, step: Step | 'back'): Position {
  if (step === 'down') return { row: row + 1, column }
  if (step === 'left') return { row, column: column - 1 }
  return { row, column: step === 'right' ? column + 1 : column }
}
