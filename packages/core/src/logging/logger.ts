export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** Where log lines go. The default writes to the console. */
export type LogSink = (level: LogLevel, tag: string, message: string, details: readonly unknown[]) => void

/** Levelled and tagged with its owner. */
export interface Logger {
  debug(message: string, ...details: unknown[]): void
  info(message: string, ...details: unknown[]): void
  warn(message: string, ...details: unknown[]): void
  error(message: string, ...details: unknown[]): void
}

const order: readonly LogLevel[] = ['debug', 'info', 'warn', 'error']

/** Writes lines of `minimum` level and above to the console. */
export function consoleSink(minimum: LogLevel = 'warn'): LogSink {
  return (level, tag, message, details) => {
    if (order.indexOf(level) < order.indexOf(minimum)) return
    console[level](`[gridkit] [${tag}] ${message}`, ...details)
  }
}

export function createLogger(sink: LogSink, tag: string): Logger {
  const at =
    (level: LogLevel) =>
    (message: string, ...details: unknown[]): void =>
      sink(level, tag, message, details)
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}
