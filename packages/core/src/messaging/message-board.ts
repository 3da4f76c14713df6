import type { RequestOptions } from '../definition/messages.ts'
import {
  messageHandlerExists,
  noReceiver,
  receiverGone,
  requestAborted,
  requestFailed,
  requestTimedOut,
} from '../errors/message-errors.ts'
import type { Clock } from '../lifetime/clock.ts'
import { Scope, type Undo } from '../lifetime/scope.ts'
import { copyOf } from './message-copy.ts'

const defaultTimeout = 5_000

/** How a plugin takes messages. Its context makes one that goes through the guard. */
export interface Receiver {
  /** Never throws. */
  readonly tell: (message: unknown, from: string) => void
  readonly answer: (message: unknown, from: string) => Promise<unknown>
}

/** A question of one plugin to another. */
export interface Request extends RequestOptions {
  readonly from: string
  readonly to: string
  readonly message: unknown
  /** Of the plugin that asks: when it closes, nobody waits for the answer. */
  readonly scope: Scope
}

/** A receiver, and those who wait for its answers. */
interface Post {
  readonly receiver: Receiver
  readonly pending: Set<Undo>
  open: boolean
}

/**
 * Carries messages between the plugins of one host. They are copied when sent,
 * and delivered in the order they were sent, each in a microtask of its own:
 * `send` and `request` return before any handler runs. A handler that takes its
 * time does not hold up the next message.
 */
export class MessageBoard {
  readonly #posts = new Map<string, Post>()
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /**
   * Opens the one post of a plugin. Its undo fails the requests under way to it
   * with GK_RECEIVER_GONE, and drops the messages.
   *
   * @throws GK_MESSAGE_HANDLER_EXISTS
   */
  receive(pluginId: string, receiver: Receiver): Undo {
    if (this.#posts.has(pluginId)) throw messageHandlerExists(pluginId)
    const post: Post = { receiver, pending: new Set(), open: true }
    this.#posts.set(pluginId, post)
    return () => {
      if (!post.open) return
      post.open = false
      this.#posts.delete(pluginId)
      for (const fail of post.pending) fail()
    }
  }

  /** @throws GK_NO_RECEIVER, GK_MESSAGE_INVALID */
  send(from: string, to: string, message: unknown): void {
    const { post, copy } = this.#accept(from, to, message)
    queueMicrotask(() => {
      if (post.open) post.receiver.tell(copy, from)
    })
  }

  /**
   * Resolves with a copy of the receiver's answer.
   *
   * @throws GK_NO_RECEIVER, GK_MESSAGE_INVALID, GK_REQUEST_FAILED with what the receiver threw as its
   *   cause, GK_REQUEST_TIMED_OUT, GK_REQUEST_ABORTED, GK_RECEIVER_GONE
   */
  async request(request: Request): Promise<unknown> {
    const { from, to, message } = request
    const { post, copy } = this.#accept(from, to, message)
    const wait = new Scope()
    try {
      return await new Promise((resolve, reject) => {
        this.#awaitEnd(request, post, wait, reject)
        queueMicrotask(() => {
          // Resolving with the answer's promise would leave the time-out nothing to reject.
          if (!wait.closed) answerOf(post, request, copy).then(resolve, reject)
        })
      })
    } finally {
      wait.close()
    }
  }

  #accept(from: string, to: string, message: unknown): { readonly post: Post; readonly copy: unknown } {
    const post = this.#posts.get(to)
    if (post === undefined) throw noReceiver(from, to)
    return { post, copy: copyOf(message, from, 'message') }
  }

  /** Fails the request when something else comes before the answer. */
  #awaitEnd(request: Request, { pending }: Post, wait: Scope, reject: (error: unknown) => void): void {
    const { from, to, timeout = defaultTimeout, signal, scope } = request
    const abort = (): void => end(requestAborted(from, to, 'its signal aborted', signal?.reason))
    const gone = (): void => end(receiverGone(from, to))
    const end = (error: unknown): void => {
      reject(error)
      wait.close()
    }
    pending.add(gone)
    wait.add(() => pending.delete(gone))
    wait.add(this.#clock.after(timeout, () => end(requestTimedOut(from, to, timeout))))
    signal?.addEventListener('abort', abort)
    wait.add(() => signal?.removeEventListener('abort', abort))
    const tornDown = (): void => {
      // Also called when the answer has come; an error made for nothing would cost more than all the rest.
      if (!wait.closed) end(requestAborted(from, to, 'it was torn down'))
    }
    wait.add(scope.add(tornDown))
    if (signal?.aborted) abort()
  }
}

/** @throws GK_REQUEST_FAILED */
async function answerOf({ receiver }: Post, { from, to }: Request, message: unknown): Promise<unknown> {
  try {
    return copyOf(await receiver.answer(message, from), to, 'answer')
  } catch (error) {
    throw requestFailed(from, to, error)
  }
}
