import type { DescMessage, MessageInitShape } from "../events.js";
import { messageOf } from "../errors.js";
import type { Receipt, Received } from "./received.js";
import type { Settings } from "./options.js";

/** Takes events and requests of one type, in their order. */
export interface Subscriber<Input extends DescMessage, Output extends DescMessage> {
  take(received: Received<Input, Output>, receipt: Receipt | undefined): void;
  /** Nothing more is coming. */
  end(): void;
}

type Queued<Input extends DescMessage, Output extends DescMessage> = [Received<Input, Output>, Receipt | undefined];

/** A queue that the windows of all who fill it bound. */
class Queue<Item> {
  private items: Item[] = [];
  private first = 0;

  get length(): number {
    return this.items.length - this.first;
  }

  push(item: Item): void {
    this.items.push(item);
  }

  shift(): Item | undefined {
    if (this.length === 0) return undefined;
    const item = this.items[this.first]!;
    this.items[this.first] = undefined!;
    this.first += 1;
    if (this.first * 2 > this.items.length) {
      this.items = this.items.slice(this.first);
      this.first = 0;
    }
    return item;
  }
}

/**
 * Calls a handler for one event after the other, up to so many at a time. An event is taken once its
 * handler is called.
 */
export class Handling<Input extends DescMessage, Output extends DescMessage> implements Subscriber<Input, Output> {
  private readonly queue = new Queue<Queued<Input, Output>>();
  private running = 0;
  private idle: (() => void)[] = [];

  constructor(
    private readonly name: string,
    private readonly atATime: number,
    private readonly handle: (received: Received<Input, Output>) => unknown,
    private readonly logger: Settings["logger"],
  ) {}

  take(received: Received<Input, Output>, receipt: Receipt | undefined): void {
    if (this.running >= this.atATime || this.queue.length > 0) return this.queue.push([received, receipt]);
    this.begin(received, receipt);
    if (this.queue.length > 0) this.drain();
  }

  end(): void {}

  /** Lets go of what waits for its turn. */
  clear(): void {
    for (let item = this.queue.shift(); item !== undefined; item = this.queue.shift()) letGo(item);
  }

  /** Resolves once no handler runs and none is to run. */
  async finished(): Promise<void> {
    while (this.running + this.queue.length > 0) await new Promise<void>((resolve) => this.idle.push(resolve));
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
    void result.then(undefined, (error: unknown) => this.failed(received, error)).then(() => {
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

/** What to do with a request: call its handler, and send what that returns. */
export function answering<Input extends DescMessage, Output extends DescMessage>(
  handler: (request: Received<Input, Output>) => Answer<Output>,
): (request: Received<Input, Output>) => unknown {
  return (request) => {
    const answer = handler(request);
    if (isPromise(answer)) return answer.then((answer) => request.isRequest && request.reply(answer));
    if (request.isRequest) request.reply(answer as MessageInitShape<Output>);
    return undefined;
  };
}

function isPromise(value: unknown): value is Promise<never> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}

/**
 * Events to iterate over, from the call that made it on. Leaving the loop, or `return()`, ends the
 * subscription.
 */
export class EventStream<Input extends DescMessage, Output extends DescMessage = never>
  implements Subscriber<Input, Output>, AsyncIterableIterator<Received<Input, Output>> {
  private readonly queue = new Queue<Queued<Input, Output>>();
  private readonly waiting: Waiting<Received<Input, Output>>[] = [];
  private isOver = false;
  private error: { reason: unknown } | undefined;

  /** @internal */
  constructor(private left: number, private readonly unsubscribe: () => void) {}

  /** @internal */
  take(received: Received<Input, Output>, receipt: Receipt | undefined): void {
    const next = this.waiting.shift();
    if (next === undefined) this.queue.push([received, receipt]);
    else next.resolve(this.deliver(received, receipt));
  }

  /** What came before is still handed over. @internal */
  end(): void {
    this.isOver = true;
    for (const { resolve } of this.waiting.splice(0)) resolve({ done: true, value: undefined });
  }

  /** @internal */
  abort(reason: unknown): void {
    if (this.isOver) return;
    const waiting = this.waiting.splice(0);
    if (waiting.length === 0) this.error = { reason };
    for (const { reject } of waiting) reject(reason);
    this.close();
  }

  next(): Promise<IteratorResult<Received<Input, Output>, undefined>> {
    const item = this.queue.shift();
    if (item !== undefined) return Promise.resolve(this.deliver(...item));
    const { error } = this;
    this.error = undefined;
    if (error !== undefined) return Promise.reject(error.reason as Error);
    if (this.isOver) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
  }

  return(): Promise<IteratorResult<Received<Input, Output>, undefined>> {
    this.close();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private deliver(received: Received<Input, Output>, receipt: Receipt | undefined): IteratorYieldResult<Received<Input, Output>> {
    receipt?.taken();
    this.left -= 1;
    if (this.left <= 0) this.close();
    return { done: false, value: received };
  }

  /** Lets go of what is left, so that its senders go on. */
  private close(): void {
    if (!this.isOver) this.unsubscribe();
    this.end();
    for (let item = this.queue.shift(); item !== undefined; item = this.queue.shift()) letGo(item);
  }
}

function letGo([received, receipt]: Queued<never, never>): void {
  receipt?.taken();
  received.drop();
}

interface Waiting<Item> {
  resolve(result: IteratorResult<Item, undefined>): void;
  reject(reason: unknown): void;
}
