import { InvalidRequestTypeError, TooLargeError, messageOf } from "../errors.js";
import { Failure_Code } from "../gen/lahja_wire_pb.js";
import type { Inflow } from "../link/inflow.js";
import type { Link } from "../link/link.js";
import { NO_HEADERS } from "../link/outgoing.js";
import type { Owed } from "../link/owed.js";
import type { Parcel } from "../link/parcel.js";
import type { Hub } from "./hub.js";
import { Exchange, Receipt, Received } from "./received.js";
import type { Route, Topic } from "./routes.js";

/** Hands what arrives to those who subscribe to it here, and sends what they answer. */
export class Delivery {
  constructor(private readonly hub: Hub) {}

  arrived(link: Link, inflow: Inflow, parcel: Parcel, cost: number, owed: Owed | undefined): void {
    const { topics } = inflow.type as Route;
    let holders = 0;
    for (const topic of topics) holders += topic.subscribers.length;
    if (holders === 0) return unwanted(link, inflow, cost, owed);
    if (owed !== undefined) owed.holders = holders;
    const receipt = owed === undefined ? new Receipt(link, inflow, cost, holders) : undefined;
    for (const topic of topics) this.deliver(topic, link, parcel, owed, receipt);
  }

  private deliver(
    topic: Topic,
    link: Link,
    parcel: Parcel,
    owed: Owed | undefined,
    receipt: Receipt | undefined,
  ): void {
    const { subscribers, schema } = topic;
    let event;
    try {
      event = topic.decode(parcel, this.hub.settings.maxFrameLen);
    } catch (error) {
      topic.lose(parcel.missed);
      this.hub.settings.logger.warn(
        `lahja: ${schema.typeName} from ${link.name} does not decode: ${messageOf(error)}`,
      );
      for (let i = subscribers.length; i > 0; i--) receipt?.taken();
      if (owed !== undefined) giveUp(link, owed, subscribers.length, messageOf(error));
      return;
    }
    const exchange = owed && new Exchange(link, owed, (answer) => this.reply(link, owed, topic, answer));
    const missed = topic.missed(parcel.missed);
    const received = new Received(event, link.name, parcel.headers, missed, exchange, schema.typeName);
    if (subscribers.length === 1) subscribers[0]!.take(received, receipt);
    else for (const subscriber of [...subscribers]) subscriber.take(received, receipt);
  }

  private reply(link: Link, owed: Owed, { response, schema }: Topic, answer: unknown): void {
    if (response === undefined) {
      throw new InvalidRequestTypeError(
        schema.typeName,
        "was not subscribed to by a request type: its response is not known",
      );
    }
    // Nobody waits, but it has taken room until now.
    if (owed.isOver) return link.fail(owed, Failure_Code.UNANSWERED, "");
    const { frame, settings } = this.hub;
    const { type } = this.hub.use(response);
    frame.encode(type.encode, answer as never);
    frame.seal(type, 0, owed.id);
    const { frameLen } = frame;
    const limit = link.sender.maxFrameLen;
    if (frameLen > limit) {
      link.fail(
        owed,
        Failure_Code.HANDLER_FAILED,
        `the answer takes ${frameLen} bytes, ${limit} are allowed`,
      );
      throw new TooLargeError(type.name, link.name, frameLen, limit);
    }
    const bytes = settings.compress && link.sender.encode(this.hub.outgoing(type, NO_HEADERS, 0, owed.id), 0);
    link.answer(owed, (out) => (bytes === undefined ? frame.appendTo(out) : out.append(bytes)));
  }
}

/** It was unsubscribed from while it was under way. */
function unwanted(link: Link, inflow: Inflow, cost: number, owed: Owed | undefined): void {
  if (owed === undefined) link.settle(inflow, cost);
  else link.fail(owed, Failure_Code.UNANSWERED, "nobody subscribes to this request here any more");
}

/** So many of a request's holders can't read it. */
function giveUp(link: Link, owed: Owed, holders: number, why: string): void {
  new Exchange(link, owed, () => {}).giveUp(Failure_Code.DECODE_FAILED, why, holders);
}
