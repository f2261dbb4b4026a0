import {
  NoSubscribersError,
  DeadlineExceededError,
  RequestFailedError,
  messageOf,
  type RequestFailure,
} from "../errors.js";
import {
  checkRequest,
  decode,
  type DescMessage,
  type EventType,
  type MessageInitShape,
  type MessageShape,
  type RequestType,
} from "../events.js";
import type { Link } from "../link/link.js";
import type { Parcel } from "../link/parcel.js";
import { typeId } from "../wire/frames.js";
import { uncompressed } from "../wire/snappy.js";
import { copyOf } from "../wire/writer.js";
import { awaitSubscriber, checkLength, targets, type SendOptions } from "./broadcast.js";
import type { Hub, Pending } from "./hub.js";
import { bounded } from "./options.js";
import type { Route, Use } from "./routes.js";
import { onAbort } from "./signals.js";

/** Asks, and resolves to the first good answer. */
export async function request<Input extends DescMessage, Output extends DescMessage>(
  hub: Hub, type: RequestType<Input, Output>, message: MessageInitShape<Input>, options: SendOptions,
): Promise<MessageShape<Output>> {
  hub.checkRunning();
  options.signal?.throwIfAborted();
  checkRequest(type);
  const input = hub.use(type.input);
  const output = hub.use(type.output).type;
  let timeout = bounded(options.timeout ?? hub.settings.requestTimeout);
  if (options.waitForSubscriber) {
    const begun = performance.now();
    await awaitSubscriber(hub, input.route, options, timeout);
    timeout -= performance.now() - begun;
  }
  return new Promise((resolve, reject) => {
    new Asking(
      hub,
      input,
      output,
      resolve as (answer: MessageShape<DescMessage>) => void,
      reject,
      options,
    ).begin(message, timeout);
  });
}

/** A request under way. */
class Asking implements Pending {
  private readonly id: number;
  private readonly type: EventType;
  private readonly route: Route;
  /** Those who may still answer, each with how to give up while it waits for room. */
  private readonly candidates = new Map<Link, (() => boolean) | undefined>();
  private timer: NodeJS.Timeout | undefined;
  private release = () => {};
  private lastFailure: Error | undefined;

  constructor(
    private readonly hub: Hub,
    { type, route }: Use,
    private readonly output: EventType,
    private readonly resolve: (answer: MessageShape<DescMessage>) => void,
    private readonly reject: (error: unknown) => void,
    private readonly options: SendOptions,
  ) {
    this.id = hub.nextId();
    this.type = type;
    this.route = route;
  }

  begin(message: unknown, timeout: number): void {
    const { hub, type, route, options, id } = this;
    const receivers = targets(hub, route, options);
    if (receivers.length === 0) throw new NoSubscribersError(route.name, options.to);
    const { frame } = hub;
    frame.encode(type.encode, message as never);
    frame.seal(type, id, 0);
    checkLength(type, frame.frameLen, receivers);
    const isBare = options.headers === undefined && hub.settings.compress === undefined;
    const left = receivers.filter(({ link, interest }) => {
      if (!isBare || !link.sender.sendBare(interest, frame, id)) return true;
      this.candidates.set(link, undefined);
      return false;
    });
    hub.pending.set(id, this);
    this.timer = setTimeout(() => this.timedOut(timeout), timeout);
    this.release = onAbort(options.signal, () => this.settle(() => this.reject(options.signal!.reason)));
    if (left.length > 0) this.beginAtLength(left);
    for (const { link } of receivers) link.touched();
  }

  /** Asks those that a bare frame does not suit, or that have no room. */
  private beginAtLength(left: ReturnType<typeof targets>): void {
    const event = this.hub.outgoing(this.type, this.options.headers, this.id);
    try {
      checkLength(this.type, event.frameLen, left);
    } catch (error) {
      return this.settle(() => this.reject(error));
    }
    for (const { link, interest } of left) {
      const attempt = link.sender.send(interest, event);
      if (attempt === "gone") continue;
      this.candidates.set(link, undefined);
      if (attempt === "sent") continue;
      const giveUp = link.sender.wait(interest, event, (sent) =>
        sent ? this.candidates.set(link, undefined) : this.failed(link, "disconnected", ""));
      this.candidates.set(link, giveUp);
    }
    if (this.candidates.size === 0)
      this.settle(() => this.reject(new NoSubscribersError(this.route.name, this.options.to)));
  }

  answered(from: Link, parcel: Parcel): void {
    if (!this.candidates.delete(from)) return;
    if (parcel.idLow !== this.output.idLow || parcel.idHigh !== this.output.idHigh) {
      const received =
        this.hub.routes.find(typeId(parcel.idLow, parcel.idHigh))?.name ?? "a type that is not known here";
      return this.fail(from, "unexpected_response", `${received} where ${this.output.name} was expected`);
    }
    let answer: MessageShape<DescMessage>;
    try {
      const payload = copyOf(parcel.bytes, parcel.start, parcel.end);
      answer = decode(
        this.output.schema,
        uncompressed(payload, parcel.compression, this.hub.settings.maxFrameLen),
      );
    } catch (error) {
      return this.fail(from, "decode_failed", messageOf(error));
    }
    this.settle(() => this.resolve(answer));
  }

  failed(from: Link, code: RequestFailure, message: string): void {
    if (this.candidates.delete(from)) this.fail(from, code, message);
  }

  private fail(from: Link, code: RequestFailure, message: string): void {
    this.lastFailure = new RequestFailedError(code, this.route.name, from.name, message);
    if (this.candidates.size === 0) this.settle(() => this.reject(this.lastFailure));
  }

  private timedOut(after: number): void {
    const names = [...this.candidates.keys()].map(({ name }) => name).join(", ");
    this.settle(() =>
      this.reject(new DeadlineExceededError(`${this.route.name} at ${names}`, Math.round(after))),
    );
  }

  /** Ends it, and tells those who have not answered that nobody waits any more. */
  private settle(how: () => void): void {
    clearTimeout(this.timer);
    this.release();
    this.hub.pending.delete(this.id);
    for (const [link, giveUp] of this.candidates) {
      if (giveUp?.() !== true) link.cancel(this.id);
    }
    this.candidates.clear();
    how();
  }
}
