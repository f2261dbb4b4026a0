import type { DescMessage, MessageInitShape } from "../events.js";
import { messageOf } from "../errors.js";
import type { Logger } from "./logging.js";
import type { Receipt, Received } from "./received.js";
import { Queue, letGo, type Queued, type Subscriber } from "./subscriber.js";

/**
 * Calls a handler for one event after the other, up to so many at a time. An event is taken once its
 * handler is called.
 */
export class Handling<Input extends DescMessage, Output extends DescMessage> implements Subscriber<
  Input,
  Output
> {
  private readonly queue = new Queue<Queued<Input, Output>>();
  private running = 0;
  private isOver = false;
  private idle: (() => void)[] = [];

  constructor(
    private readonly name: string,
    private readonly atATime: number,
    private readonly handle: (received: Received<Input, Output>) => unknown,
    private readonly logger: Logger,
  ) {}

  take(received: Received<Input, Output>, receipt: Receipt | undefined): void {
    // Another subscriber may have ended this one while it took the same event.
    if (this.isOver) return letGo([received, receipt]);
    if (this.running >= this.atATime || this.queue.length > 0) return this.queue.push([received, receipt]);
    this.begin(received, receipt);
    if (this.queue.length > 0) this.drain();
  }

  end(): void {}

  /** No handler is called any more: lets go of what waits for its turn. */
  cancel(): void {
    this.isOver = true;
    for (let item = this.queue.shift(); item !== undefined; item = this.queue.shift()) letGo(item);
  }

  /** Resolves once no handler runs and none is to run. */
  async finished(): Promise<void> {
    while (this.running + this.queue.length > 0)
      await new Promise<void>((resolve) => this.idle.push(resolve));
  }

  private begin(received: Received<Input, Output>, receipt: Receipt | undefined): void {
    receipt?.taken();
    this.running += 1;
    let result: unknown;
    try {
      result = this.handle(received);
    } catch (error) {
      this.failed(received, error);
    }
    if (!isPromise(result)) {
      this.running -= 1;
      return;
    }
    void Promise.resolve(result)
      .catch((error: unknown) => this.failed(received, error))
      .then(() => {
        this.running -= 1;
        this.drain();
      });
  }

  private drain(): void {
    while (this.running < this.atATime) {
      const next = this.queue.shift();
      if (next === undefined) break;
      this.begin(...next);
    }
    if (this.running + this.queue.length === 0) for (const resolve of this.idle.splice(0)) resolve();
  }

  private failed(received: Received<Input, Output>, error: unknown): void {
    this.logger.error(`lahja: the handler of ${this.name} failed:`, error);
    if (received.isRequest) received.fail(messageOf(error));
  }
}

/** A handler's answer, or the promise of one. */
export type Answer<Output extends DescMessage> = MessageInitShape<Output> | Promise<MessageInitShape<Output>>;

/** The same as a constant, which is readonly, and keeps the case of a oneof from being any string. */
export type Literal<T> = T extends Uint8Array
  ? T
  : T extends Promise<infer Settled>
    ? Promise<Literal<Settled>>
    : T extends object
      ? { readonly [Key in keyof T]: Literal<T[Key]> }
      : T;

/** What to do with a request: call its handler, and send what that returns. */
export function answering<Input extends DescMessage, Output extends DescMessage>(
  handler: (request: Received<Input, Output>) => Answer<Output>,
): (request: Received<Input, Output>) => unknown {
  return (request) => {
    const answer = handler(request);
    if (isPromise(answer))
      return Promise.resolve(answer).then((answer) => request.isRequest && request.reply(answer));
    if (request.isRequest) request.reply(answer as MessageInitShape<Output>);
    return undefined;
  };
}

function isPromise(value: unknown): value is Promise<never> {
  return (
    typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function"
  );
}
