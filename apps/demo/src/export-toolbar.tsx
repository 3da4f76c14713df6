import { useRef, useState } from 'react'
import { GridKitError } from '@gridkit/core'

type Format = 'csv' | 'xlsx' | 'pdf'
type Scope = 'filtered' | 'all' | 'selected'

interface ExportProgress {
  readonly rows: number
  readonly total: number
}

interface RunOptions {
  readonly scope: Scope
  readonly signal: AbortSignal
  readonly onProgress: (progress: ExportProgress) => void
}

interface ExportToolbarProps {
  readonly onExport: (
    format: Format,
    options: RunOptions,
  ) => Promise<{ readonly rows: number; readonly duration: number }>
}

type State =
  | { readonly status: 'idle'; readonly message?: string }
  | { readonly status: 'failed'; readonly message: string }
  | { readonly status: 'running'; readonly format: Format; readonly progress: ExportProgress }

const formats: readonly Format[] = ['csv', 'xlsx', 'pdf']

/** Exports in a format of choice, with progress, cancel and what went wrong. */
export function ExportToolbar({ onExport }: ExportToolbarProps) {
  const [scope, setScope] = useState<Scope>('filtered')
  const [state, setState] = useState<State>({ status: 'idle' })
  const running = useRef<AbortController>(undefined)

  const run = async (format: Format): Promise<void> => {
    const controller = new AbortController()
    running.current = controller
    const onProgress = (progress: ExportProgress): void => setState({ status: 'running', format, progress })
    onProgress({ rows: 0, total: 0 })
    try {
      const { rows, duration } = await onExport(format, { scope, signal: controller.signal, onProgress })
      const seconds = (duration / 1000).toFixed(1)
      setState({ status: 'idle', message: `${rows.toLocaleString('en')} rows in ${seconds} s` })
    } catch (error) {
      setState(controller.signal.aborted ? { status: 'idle', message: 'Cancelled' } : failure(error))
    }
  }

  return (
    <fieldset className="demo-export" aria-label="Export">
      <label>
        Rows{' '}
        <select value={scope} onChange={(event) => setScope(event.target.value as Scope)}>
          <option value="filtered">filtered</option>
          <option value="all">all</option>
          <option value="selected">selected</option>
        </select>
      </label>
      {formats.map((format) => (
        <button
          key={format}
          type="button"
          disabled={state.status === 'running'}
          onClick={() => void run(format)}
        >
          Export {format.toUpperCase()}
        </button>
      ))}
      {state.status === 'running' && (
        <>
          <progress
            aria-label={`Exporting ${state.format.toUpperCase()}`}
            max={Math.max(state.progress.total, 1)}
            value={state.progress.rows}
          />
          <button type="button" onClick={() => running.current?.abort()}>
            Cancel
          </button>
        </>
      )}
      <output className={state.status === 'failed' ? 'demo-failed' : undefined}>
        {state.status === 'running' ? null : state.message}
      </output>
    </fieldset>
  )
}

function failure(error: unknown): State {
  const message = error instanceof GridKitError ? `${error.message}. ${error.hint}` : String(error)
  return { status: 'failed', message }
}
