import type { DescMessage, MessageInitShape, MessageShape } from "../events.js";
import { NotRequestedError } from "../errors.js";
import { Failure_Code } from "../gen/lahja_wire_pb.js";
import type { Inflow } from "../link/inflow.js";
import type { Link } from "../link/link.js";
import type { Headers } from "../link/outgoing.js";
import type { Owed } from "../link/owed.js";

/** Room that an event takes until all who subscribe to it here have taken it. */
export class Receipt {
  constructor(
    private readonly link: Link,
    private readonly inflow: Inflow,
    private readonly cost: number,
    private holders: number,
  ) {}

  taken(): void {
    this.holders -= 1;
    if (this.holders === 0) this.link.settle(this.inflow, this.cost);
  }
}

/** A request that is owed an answer, as those see it who hold it. */
export class Exchange {
  private controller: AbortController | undefined;

  constructor(
    readonly link: Link,
    readonly owed: Owed,
    /** Sends the answer. */
    readonly reply: (answer: unknown) => void,
  ) {}

  /** Aborted once nobody waits any more. */
  get signal(): AbortSignal {
    if (this.controller === undefined) {
      const controller = (this.controller = new AbortController());
      this.owed.onOver(() => controller.abort());
    }
    return this.controller.signal;
  }

  /** A holder gives up, which is told if it is the last to do so. */
  giveUp(code: Failure_Code, message: string, holders = 1): void {
    this.owed.holders -= holders;
    if (this.owed.holders <= 0) this.link.fail(this.owed, code, message);
  }
}

/** What nobody refers to any more will not be answered. */
const dropped = new FinalizationRegistry<Exchange>((exchange) => {
  exchange.giveUp(Failure_Code.UNANSWERED, "it was dropped", Infinity);
});

/** An event or a request, and what came with it. The message is shared by all who subscribe here. */
export class Received<Input extends DescMessage, Output extends DescMessage = never> {
  constructor(
    readonly event: MessageShape<Input>,
    /** The name of the endpoint that sent it. */
    readonly origin: string,
    /** Texts beside the event, such as `traceparent`. */
    readonly headers: Headers,
    /** Events of this type that were lost on the way just before this one. */
    readonly missed: number,
    private readonly exchange: Exchange | undefined,
    private readonly name: string,
  ) {
    if (exchange !== undefined) dropped.register(this, exchange, exchange);
  }

  /** Whether somebody waits for an answer: not for what came by `broadcast`. */
  get isRequest(): boolean {
    return this.exchange !== undefined;
  }

  /** Aborted once nobody waits for the answer any more. */
  get signal(): AbortSignal {
    return this.exchange?.signal ?? new AbortController().signal;
  }

  /** Answers the request; the first of several answers wins. */
  reply(answer: MessageInitShape<Output>): void {
    const exchange = this.open();
    exchange.reply(answer);
    dropped.unregister(exchange);
  }

  /** Gives up on the request: the requester's error says why. */
  fail(why: string): void {
    this.open().giveUp(Failure_Code.HANDLER_FAILED, why);
  }

  /** Lets go of a request without an answer; any other event needs no such word. */
  drop(): void {
    this.exchange?.giveUp(Failure_Code.UNANSWERED, "it was dropped");
  }

  private open(): Exchange {
    if (this.exchange === undefined) throw new NotRequestedError(this.name);
    return this.exchange;
  }
}
