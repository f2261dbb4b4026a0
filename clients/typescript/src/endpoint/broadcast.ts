import { FullError, NoSubscribersError, StalledError, TooLargeError } from "../errors.js";
import type { DescMessage, EventType, MessageInitShape } from "../events.js";
import type { Headers, Outgoing } from "../link/outgoing.js";
import type { Hub } from "./hub.js";
import type { Receiver, Route } from "./routes.js";
import { onAbort } from "./signals.js";
import { within, type WaitOptions } from "./waiters.js";

/** To whom an event or a request goes. */
export interface SendOptions extends WaitOptions {
  /** To the endpoint of this name alone. */
  to?: string;
  /** To the subscribers of the sending endpoint alone. */
  internal?: boolean;
  /** Waits until somebody subscribes: for a start without sleeps. */
  waitForSubscriber?: boolean;
  /** Texts beside the event, such as `traceparent`. */
  headers?: Headers;
}

export interface BroadcastOptions extends SendOptions {
  /** Fails with {@link NoSubscribersError} if nobody subscribes. */
  requireSubscriber?: boolean;
  /** Fails with {@link StalledError} if one receiver does not get it, though others did. */
  requireAll?: boolean;
}

/** Who got an event: it is in the receiver's queue, or in the queue of the connection to it. */
export interface Sent {
  /** How many endpoints got it; this one counts too if it subscribes. */
  readonly count: number;
  /** The subscribed endpoints that did not: they are stalled, or went away meanwhile. */
  readonly undelivered: readonly string[];
}

/** After so many broadcasts in a row the event loop gets its turn, so that sockets are read. */
const STREAK = 1024;

const sentTo: Promise<Sent>[] = [];

function sent(count: number): Promise<Sent> {
  return (sentTo[count] ??= Promise.resolve(Object.freeze({ count, undelivered: Object.freeze([]) })));
}

/** Sends events to all who subscribe to them. */
export class Broadcaster {
  private streak = 0;

  constructor(private readonly hub: Hub) {}

  /** The way of most broadcasts: encoded once, to receivers that have room. */
  broadcast<Desc extends DescMessage>(schema: Desc, message: MessageInitShape<Desc>): Promise<Sent> {
    const { hub } = this;
    hub.checkRunning();
    const { type, route } = hub.use(schema);
    const { receivers } = route;
    const count = receivers.length;
    if (count === 0) return sent(0);
    if (hub.settings.compress !== undefined) return this.broadcastWith(schema, message, {});
    const { frame } = hub;
    frame.encode(type.encode, message as never);
    frame.seal(type, 0, 0);
    checkLength(type, frame.frameLen, receivers);
    let left: Receiver[] | undefined;
    for (let i = 0; i < count; i++) {
      const receiver = receivers[i]!;
      if (!receiver.link.sender.sendBare(receiver.interest, frame, 0)) (left ??= []).push(receiver);
    }
    const outgoing = left && hub.outgoing(type);
    if (count === 1) receivers[0]!.link.touched();
    else for (const { link } of [...receivers]) link.touched();
    if (outgoing !== undefined) return this.serve(route, outgoing, left!, count - left!.length, {});
    this.streak += 1;
    if (this.streak < STREAK) return sent(count);
    this.streak = 0;
    return new Promise((resolve) => setImmediate(resolve, { count, undelivered: [] }));
  }

  async broadcastWith<Desc extends DescMessage>(
    schema: Desc,
    message: MessageInitShape<Desc>,
    options: BroadcastOptions,
  ): Promise<Sent> {
    this.hub.checkRunning();
    options.signal?.throwIfAborted();
    const { type, route } = this.hub.use(schema);
    const timeout = options.timeout ?? this.hub.settings.broadcastTimeout;
    if (options.waitForSubscriber) await awaitSubscriber(this.hub, route, options, timeout);
    const receivers = targets(this.hub, route, options);
    if (receivers.length === 0) return nobody(route, options);
    return this.serve(route, this.encode(type, message, options), receivers, 0, options);
  }

  /** All receivers, or none if one of them has no room. Stalled ones are skipped. */
  broadcastNow<Desc extends DescMessage>(
    schema: Desc,
    message: MessageInitShape<Desc>,
    options: BroadcastOptions,
  ): Sent {
    this.hub.checkRunning();
    const { type, route } = this.hub.use(schema);
    const receivers = targets(this.hub, route, options);
    if (receivers.length === 0) return nobody(route, options);
    const event = this.encode(type, message, options);
    checkLength(type, event.frameLen, receivers);
    const full = receivers.filter(({ link, interest }) => link.sender.probe(interest, event) === "no_room");
    if (full.length > 0)
      throw new FullError(
        route.name,
        full.map(({ link }) => link.name),
      );
    const stalled = receivers.filter(({ link, interest }) => link.sender.send(interest, event) === "stalled");
    for (const { link } of receivers) link.touched();
    const result = {
      count: receivers.length - stalled.length,
      undelivered: stalled.map(({ link }) => link.name),
    };
    return judge(route, result, stalled.length > 0, options);
  }

  private encode(type: EventType, message: unknown, { headers }: SendOptions): Outgoing {
    this.hub.frame.encode(type.encode, message as never);
    return this.hub.outgoing(type, headers);
  }

  /** Serves at once who has room, and waits for the others together. */
  private async serve(
    route: Route,
    event: Outgoing,
    receivers: Receiver[],
    before: number,
    options: BroadcastOptions,
  ): Promise<Sent> {
    checkLength(event.type, event.frameLen, receivers);
    const undelivered: string[] = [];
    let count = before;
    let isStalled = false;
    const full: Receiver[] = [];
    for (const receiver of receivers) {
      const attempt = receiver.link.sender.send(receiver.interest, event);
      if (attempt === "sent") count += 1;
      else if (attempt === "no_room") full.push(receiver);
      else if (attempt === "stalled") isStalled = undelivered.push(receiver.link.name) > 0;
    }
    for (const { link } of receivers) link.touched();
    if (full.length > 0) {
      const { gone, late } = await this.wait(event, full, options);
      undelivered.push(...gone, ...late);
      isStalled ||= late.length > 0;
      count += full.length - gone.length - late.length;
    }
    if (count === 0 && undelivered.length > 0) this.hub.checkRunning();
    return judge(route, { count, undelivered }, isStalled, options);
  }

  /** Waits for room; resolves to the names of those that went away, and that made none. */
  private async wait(
    event: Outgoing,
    full: Receiver[],
    options: BroadcastOptions,
  ): Promise<{ gone: string[]; late: string[] }> {
    const [gone, late]: [string[], string[]] = [[], []];
    let left = full.length;
    const giveUps = new Map<Receiver, () => boolean>();
    const timeout = options.timeout ?? this.hub.settings.broadcastTimeout;
    try {
      await within(
        { ...options, timeout },
        () => `room for ${event.type.name}`,
        (over) =>
          new Promise<void>((resolve, reject) => {
            onAbort(over, () => reject(over.reason as Error));
            for (const receiver of full) {
              const done = (sent: boolean) => {
                giveUps.delete(receiver);
                if (!sent) gone.push(receiver.link.name);
                left -= 1;
                if (left === 0) resolve();
              };
              const giveUp = receiver.link.sender.wait(receiver.interest, event, done);
              if (left > 0) giveUps.set(receiver, giveUp);
            }
          }),
      );
    } catch (error) {
      for (const [{ link, interest }, giveUp] of giveUps) {
        if (!giveUp()) continue;
        late.push(link.name);
        if (!options.signal?.aborted && link.sender.stall(interest)) {
          this.hub.settings.logger.warn(
            `lahja: ${link.name} takes no ${event.type.name}: it is skipped until it makes room`,
          );
        }
      }
      if (options.signal?.aborted) throw error;
    }
    return { gone, late };
  }
}

/** The receivers that the options mean. */
export function targets(hub: Hub, route: Route, { to, internal }: SendOptions): Receiver[] {
  return route.receivers.filter(({ link }) =>
    link.isReady && (internal ? link === hub.own.sends : to === undefined || link.name === to));
}

export async function awaitSubscriber(
  hub: Hub, route: Route, options: SendOptions, timeout: number,
): Promise<void> {
  const somebody = () => (hub.checkRunning(), targets(hub, route, options).length > 0);
  try {
    await within({ ...options, timeout }, () => "", (over) => hub.waiters.until(somebody, over));
  } catch (error) {
    if (options.signal?.aborted || hub.isStopped) throw error;
    throw new NoSubscribersError(route.name, options.to);
  }
  // Either may have happened since the subscriber came.
  hub.checkRunning();
  options.signal?.throwIfAborted();
}

/** Refuses what is too large for one of its receivers before anybody gets it. */
export function checkLength(type: EventType, length: number, receivers: Receiver[]): void {
  for (const { link } of receivers) {
    const limit = link.sender.maxFrameLen;
    if (length > limit) throw new TooLargeError(type.name, link.name, length, limit);
  }
}

function nobody(route: Route, options: BroadcastOptions): Sent {
  if (options.requireSubscriber || options.waitForSubscriber)
    throw new NoSubscribersError(route.name, options.to);
  return { count: 0, undelivered: [] };
}

function judge(route: Route, sent: Sent, isStalled: boolean, { requireAll }: BroadcastOptions): Sent {
  const { count, undelivered } = sent;
  if ((count === 0 && isStalled) || (requireAll && undelivered.length > 0))
    throw new StalledError(route.name, undelivered);
  return sent;
}
