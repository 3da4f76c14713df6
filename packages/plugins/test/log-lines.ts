import type { LogLevel, LogSink } from '@gridkit/core'

/** A log sink that keeps its lines. */
export class LogLines {
  readonly lines: { readonly level: LogLevel; readonly tag: string; readonly text: string }[] = []

  readonly sink: LogSink = (level, tag, message, details) => {
    this.lines.push({ level, tag, text: [message, ...details.map(String)].join(' ') })
  }

  /** The lines of a level, as one text. */
  at(level: LogLevel): string {
    return this.lines
      .filter((line) => line.level === level)
      .map(({ text }) => text)
      .join('\n')
  }
}
