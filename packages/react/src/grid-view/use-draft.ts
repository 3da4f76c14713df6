import { useEffect, useEffectEvent, useState } from 'react'

const delay = 200

interface Draft {
  readonly text: string
  /** What was applied when typing began. */
  readonly over: string
}

/** A text field whose text is applied a moment after the last key. */
export interface DraftField {
  readonly value: string
  readonly onChange: (event: { readonly target: { readonly value: string } }) => void
  readonly onBlur: () => void
}

/**
 * Keeps what is typed, exactly as typed, until it is applied or until someone
 * else changes what is applied.
 *
 * @param applied What is in force now, as text.
 * @param normalize What a text becomes once it is applied.
 */
export function useDraft(
  applied: string,
  apply: (text: string) => void,
  normalize: (text: string) => string = (text) => text,
): DraftField {
  const [draft, setDraft] = useState<Draft>()
  const pending = draft !== undefined && applied === draft.over && normalize(draft.text) !== applied
  const shown = draft !== undefined && (pending || normalize(draft.text) === applied) ? draft.text : applied
  const flush = useEffectEvent(() => {
    if (pending) apply(draft.text)
  })

  useEffect(() => {
    if (draft === undefined) return undefined
    const timer = setTimeout(() => flush(), delay)
    return () => clearTimeout(timer)
  }, [draft])

  return {
    value: shown,
    onChange: ({ target }) => setDraft({ text: target.value, over: applied }),
    onBlur: () => {
      if (pending) apply(draft.text)
      setDraft(undefined)
    },
  }
}
