import type { RequestOptions } from '../definition/messages.ts'
import type { Report } from '../definition/signal.ts'
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
import { createPost, failAll, type Post, type Receiver } from './post.ts'

export type { Receiver }

const defaultTimeout = 5_000
/**
 * How long a receiver must have had a request for its silence to be its failure, in milliseconds: whoever asks may
 * give it less. Below the default by what a busy page may hold a delivery up.
 */
const fairTime = 4_500

/** A question of one plugin to another. */
export interface Request extends RequestOptions {
  readonly from: string
  readonly to: string
  readonly message: unknown
  /** Of the plugin that asks: when it closes, nobody waits for the answer. */
  readonly scope: Scope
}

/**
 * Carries messages between the plugins of one host. They are copied when sent,
 * and delivered in the order they were sent, each in a microtask of its own:
 * `send` and `request` return before any handler runs. A handler that takes its
 * time does not hold up the next message.
 */
export class MessageBoard {
  /** Those that have a receiver or are held. */
  readonly #posts = new Map<string, Post>()
  readonly #clock: Clock
  readonly #report: Report

  /** @param report Told of requests that a receiver had for 5 seconds, or longer where they allow it, and did not answer. */
  constructor(clock: Clock, report: Report) {
    this.#clock = clock
    this.#report = report
  }

  /** How many messages and requests wait for a plugin: for their turn, or its answer. */
  countFor(pluginId: string): number {
    const { line, unanswered } = this.#posts.get(pluginId) ?? {}
    return (line?.waiting ?? 0) + (unanswered?.size ?? 0)
  }

  /**
   * Opens the one post of a plugin. Its undo fails the requests under way to it
   * with GK_RECEIVER_GONE, and drops the messages; while the plugin is held only
   * the requests that were delivered.
   *
   * @throws GK_MESSAGE_HANDLER_EXISTS
   */
  receive(pluginId: string, receiver: Receiver): Undo {
    const post = this.#postOf(pluginId)
    if (post.receiver !== undefined) throw messageHandlerExists(pluginId)
    post.receiver = receiver
    let open = true
    return () => {
      if (!open) return
      open = false
      post.receiver = undefined
      failAll(post.unanswered.keys())
      this.#tidy(pluginId, post)
    }
  }

  /**
   * Until the undo is called, messages and requests to the plugin are accepted, also
   * when it has no receiver. Then they go, in order, to the receiver that is there;
   * where there is none they are dropped, and the requests fail with GK_RECEIVER_GONE.
   * The time-outs of requests go on meanwhile.
   */
  hold(pluginId: string): Undo {
    const post = this.#postOf(pluginId)
    const release = post.line.hold()
    return () => {
      release()
      this.#tidy(pluginId, post)
    }
  }

  /** @throws GK_NO_RECEIVER, GK_MESSAGE_INVALID */
  send(from: string, to: string, message: unknown): void {
    const { post, copy } = this.#accept(from, to, message)
    post.line.add(() => post.receiver?.tell(copy, from))
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
        const gone = this.#awaitEnd(request, post, wait, reject)
        post.line.add(() => {
          if (wait.closed || post.receiver === undefined) return
          post.underWay.delete(gone)
          post.unanswered.set(gone, this.#clock.elapsed())
          // Resolving with the answer's promise would leave the time-out nothing to reject.
          answerOf(post.receiver, request, copy).then(resolve, reject)
        })
      })
    } finally {
      wait.close()
    }
  }

  #postOf(pluginId: string): Post {
    const known = this.#posts.get(pluginId)
    if (known !== undefined) return known
    const post = createPost()
    this.#posts.set(pluginId, post)
    return post
  }

  /** Drops a post that nobody has and nobody holds: messages on their way to it find no receiver. */
  #tidy(pluginId: string, post: Post): void {
    if (post.receiver !== undefined || post.line.held) return
    if (this.#posts.get(pluginId) === post) this.#posts.delete(pluginId)
    failAll(post.underWay)
  }

  #accept(from: string, to: string, message: unknown): { readonly post: Post; readonly copy: unknown } {
    const post = this.#posts.get(to)
    if (post === undefined) throw noReceiver(from, to)
    return { post, copy: copyOf(message, from, 'message') }
  }

  /** Fails the request when something else comes before the answer; returns what does so when the receiver goes. */
  #awaitEnd(request: Request, post: Post, wait: Scope, reject: (error: unknown) => void): Undo {
    const { from, to, timeout = defaultTimeout, signal, scope } = request
    const abort = (): void => end(requestAborted(from, to, 'its signal aborted', signal?.reason))
    const gone = (): void => end(receiverGone(from, to))
    const end = (error: unknown): void => {
      reject(error)
      wait.close()
    }
    post.underWay.add(gone)
    wait.add(() => post.underWay.delete(gone) || post.unanswered.delete(gone))
    const giveUp = (): void => {
      const error = requestTimedOut(from, to, timeout)
      const had = this.#clock.elapsed() - (post.unanswered.get(gone) ?? Infinity)
      end(error)
      if (had >= fairTime) this.#report({ pluginId: to, phase: `message from '${from}'`, error })
    }
    wait.add(this.#clock.after(timeout, giveUp))
    signal?.addEventListener('abort', abort)
    wait.add(() => signal?.removeEventListener('abort', abort))
    const tornDown = (): void => {
      // Also called when the answer has come; an error made for nothing would cost more than all the rest.
      if (!wait.closed) end(requestAborted(from, to, 'it was torn down'))
    }
    wait.add(scope.add(tornDown))
    if (signal?.aborted) abort()
    return gone
  }
}

/** @throws GK_REQUEST_FAILED */
async function answerOf(receiver: Receiver, { from, to }: Request, message: unknown): Promise<unknown> {
  try {
    return copyOf(await receiver.answer(message, from), to, 'answer')
  } catch (error) {
    throw requestFailed(from, to, error)
  }
}
