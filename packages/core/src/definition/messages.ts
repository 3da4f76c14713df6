/** Where a message comes from. */
export interface MessageOrigin {
  /** The plugin that sent it. */
  readonly from: string
}

/**
 * What a plugin does with a message. To a request the result, or what its promise
 * resolves with, is the answer; to a plain message it means nothing.
 */
export type MessageHandler<TMessage = unknown> = (message: TMessage, origin: MessageOrigin) => unknown

export interface RequestOptions {
  /**
   * Milliseconds after which to give up. Default 5,000. A receiver that had the request for so long, or longer, and
   * did not answer has failed.
   */
  readonly timeout?: number
  /** Gives up when it aborts. */
  readonly signal?: AbortSignal
}
