/** A call, as the browser's performance panel shows it. Times by `performance.now`. */
export interface TimelineEntry {
  readonly pluginId: string
  readonly handler: string
  readonly start: number
  readonly end: number
  /** What the call took itself, in milliseconds, without the calls into plugins that it led to. */
  readonly own: number
}

/**
 * Shows a call in the performance panel of Chromium, on a track per plugin. Never
 * throws: where there is no User Timing, nothing is shown.
 */
export function showInTimeline(entry: TimelineEntry): void {
  const { start, end } = entry
  // Of a name that nobody else uses, because all of that name are cleared.
  const name = `${entry.pluginId} › ${entry.handler}`
  try {
    performance.measure(name, { start, end, detail: { devtools: trackEntry(entry) } })
    // The panel and the observers have it by now; the browser would keep it until the page is closed.
    performance.clearMeasures(name)
  } catch {
    // Times of a clock of the application's own, or a runtime without User Timing.
  }
}

/** As the extensibility API of the panel has it. */
function trackEntry({ pluginId, handler, own }: TimelineEntry): object {
  return {
    dataType: 'track-entry',
    trackGroup: 'GridKit',
    track: pluginId,
    color: 'primary',
    tooltipText: handler,
    properties: [['Own time', `${own.toFixed(3)} ms`]],
  }
}
