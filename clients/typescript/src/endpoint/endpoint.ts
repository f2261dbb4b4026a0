import { inspect } from "node:util";
import { NotConnectedError } from "../errors.js";
import {
  checkRequest,
  partsOf,
  type DescMessage,
  type MessageInitShape,
  type MessageShape,
  type RequestType,
  type Subscribable,
} from "../events.js";
import { Acceptor } from "./acceptor.js";
import { Broadcaster, type BroadcastOptions, type SendOptions, type Sent } from "./broadcast.js";
import { close, type Stopped } from "./closing.js";
import { Dialler, type ConnectOptions } from "./dialler.js";
import { answering, type Answer, type Literal } from "./handling.js";
import { Hub } from "./hub.js";
import { settingsOf, type EndpointOptions } from "./options.js";
import { NameLock, placeOf } from "./place.js";
import { Peers } from "./peers.js";
import type { Received } from "./received.js";
import { request } from "./request.js";
import { onAbort } from "./signals.js";
import { EventStream } from "./stream.js";
import { Subscriptions } from "./subscriptions.js";
import { within, type WaitOptions } from "./waiters.js";

export interface StreamOptions {
  /** Ends after so many events. */
  limit?: number;
  /** Ends it with the signal's reason. */
  signal?: AbortSignal;
}

/** A connected endpoint, and the names of what it subscribes to. */
export interface ConnectionInfo {
  readonly name: string;
  readonly subscriptions: readonly string[];
}

/** An endpoint of the bus: it sends, receives, asks and answers, here and in other processes. */
export class Endpoint {
  private readonly broadcaster: Broadcaster;
  private readonly peers: Peers;
  private readonly dialler: Dialler;
  private readonly acceptor: Acceptor;
  private readonly subscriptions: Subscriptions;
  private stopping: Promise<Stopped> | undefined;

  private constructor(
    private readonly hub: Hub,
    private readonly lock: NameLock,
  ) {
    this.broadcaster = new Broadcaster(hub);
    this.peers = new Peers(hub);
    this.dialler = new Dialler(hub, this.peers);
    this.acceptor = new Acceptor(hub, this.peers);
    this.subscriptions = new Subscriptions(hub);
  }

  /** Runs an endpoint that others can connect to. */
  static async serve(name: string, options: EndpointOptions = {}): Promise<Endpoint> {
    const endpoint = await Endpoint.start(name, options);
    try {
      await endpoint.lock.bind(endpoint.acceptor.server);
    } catch (error) {
      endpoint.lock.release();
      throw error;
    }
    return endpoint;
  }

  /** Runs an endpoint that does not listen; it still connects to others. */
  static async start(name: string, options: EndpointOptions = {}): Promise<Endpoint> {
    const settings = settingsOf(options);
    const lock = await NameLock.take(placeOf(name, settings.directory));
    return new Endpoint(new Hub(name, settings), lock);
  }

  get name(): string {
    return this.hub.me.name;
  }

  // Connections.

  /**
   * Connects to endpoints, and resolves when events can flow both ways. Waits for those that are not
   * there yet, up to the connect deadline (10 s).
   */
  connectTo(names: string | readonly string[], options: ConnectOptions = {}): Promise<void> {
    return this.dialler.connect(typeof names === "string" ? [names] : names, options);
  }

  isConnectedTo(name: string): boolean {
    return this.peers.ready(name) !== undefined;
  }

  /** Resolves once events can flow to and from this endpoint, whoever connects to whom. */
  waitUntilConnectedTo(name: string, options: WaitOptions = {}): Promise<void> {
    return this.until(
      () => this.isConnectedTo(name),
      options,
      () => `a connection to ${name}`,
    );
  }

  /** Resolves once there is no connection to this endpoint. */
  waitUntilDisconnectedFrom(name: string, options: WaitOptions = {}): Promise<void> {
    return this.until(
      () => !this.isConnectedTo(name),
      options,
      () => `the end of the connection to ${name}`,
    );
  }

  /** The connected endpoints, sorted by name. */
  connections(): ConnectionInfo[] {
    return [...this.hub.links]
      .filter((link) => link.isReady)
      .map(({ name, sender }) => ({
        name,
        subscriptions: sender.interests.all.map((interest) => interest.name).sort(),
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Says goodbye to one endpoint, once what is under way has arrived. */
  async disconnectFrom(name: string): Promise<Stopped> {
    const link = this.peers.ready(name);
    if (link === undefined) throw new NotConnectedError(name);
    return close(this.hub, [link], async () => {});
  }

  // Sending.

  /**
   * Sends an event to all who subscribe to it. Waits while receivers have no room, up to the broadcast
   * deadline (5 s): those that made none are named in the result.
   */
  broadcast<Desc extends DescMessage>(
    schema: Desc,
    message: MessageInitShape<Desc>,
    options?: BroadcastOptions,
  ): Promise<Sent> {
    try {
      return options === undefined
        ? this.broadcaster.broadcast(schema, message)
        : this.broadcaster.broadcastWith(schema, message, options);
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }

  /** The same without waiting: if a receiver has no room nobody gets it, which throws `FullError`. */
  broadcastNowait<Desc extends DescMessage>(
    schema: Desc,
    message: MessageInitShape<Desc>,
    options: BroadcastOptions = {},
  ): Sent {
    return this.broadcaster.broadcastNow(schema, message, options);
  }

  /**
   * Asks all who answer this request, and resolves to the first good answer. Always ends: with an
   * answer, an error, or the request deadline (10 s).
   */
  request<Input extends DescMessage, Output extends DescMessage>(
    type: RequestType<Input, Output>,
    message: MessageInitShape<Input>,
    options: SendOptions = {},
  ): Promise<MessageShape<Output>> {
    return request(this.hub, type, message, options);
  }

  // Receiving.

  /** Events to iterate over. Subscribes at the call; leaving the loop unsubscribes. */
  stream<Input extends DescMessage, Output extends DescMessage = never>(
    event: Subscribable<Input, Output>,
    { limit = Infinity, signal }: StreamOptions = {},
  ): EventStream<Input, Output> {
    signal?.throwIfAborted();
    const stream: EventStream<Input, Output> = new EventStream(limit, () => {
      release();
      unsubscribe();
    });
    const unsubscribe = this.subscriptions.add(event, stream);
    const release = onAbort(signal, () => stream.abort(signal!.reason));
    if (limit < 1) void stream.return();
    return stream;
  }

  /** Calls a handler for each event, in order: if it returns a promise, the next waits for that. */
  subscribe<Input extends DescMessage, Output extends DescMessage = never>(
    event: Subscribable<Input, Output>,
    handler: (received: Received<Input, Output>) => unknown,
  ): () => void {
    return this.subscriptions.handle(event, 1, handler);
  }

  /** Answers each request with what the handler returns, up to 64 at a time. */
  respond<Input extends DescMessage, Output extends DescMessage, const Given extends Literal<Answer<Output>>>(
    type: RequestType<Input, Output>,
    handler: (request: Received<Input, Output>) => Given | Answer<Output>,
  ): () => void {
    checkRequest(type);
    return this.subscriptions.handle(
      type,
      this.hub.settings.handlers,
      answering(handler as (request: Received<Input, Output>) => Answer<Output>),
    );
  }

  /** Resolves to the next event. Subscribes at the call. */
  async waitFor<Input extends DescMessage, Output extends DescMessage = never>(
    event: Subscribable<Input, Output>,
    options: WaitOptions = {},
  ): Promise<Received<Input, Output>> {
    const { input } = partsOf(event);
    return within(
      options,
      () => `an event ${input.typeName}`,
      async (over) => {
        const { value } = await this.stream(event, { limit: 1, signal: over }).next();
        return value ?? (this.hub.checkRunning(), Promise.reject(new Error("the stream ended")));
      },
    );
  }

  // Who subscribes to what.

  isEndpointSubscribedTo(name: string, event: Subscribable<DescMessage, DescMessage>): boolean {
    const { id } = this.hub.use(partsOf(event).input).type;
    return this.peers.ready(name)?.isSubscribedTo(id) ?? false;
  }

  isAnyEndpointSubscribedTo(event: Subscribable<DescMessage, DescMessage>): boolean {
    return this.connections().some(({ name }) => this.isEndpointSubscribedTo(name, event));
  }

  /** Whether every connected endpoint subscribes to it; true if none is connected. */
  areAllEndpointsSubscribedTo(event: Subscribable<DescMessage, DescMessage>): boolean {
    return this.connections().every(({ name }) => this.isEndpointSubscribedTo(name, event));
  }

  waitUntilEndpointSubscribedTo(
    name: string,
    event: Subscribable<DescMessage, DescMessage>,
    options: WaitOptions = {},
  ): Promise<void> {
    return this.until(
      () => this.isEndpointSubscribedTo(name, event),
      options,
      () => `a subscription to ${partsOf(event).input.typeName} at ${name}`,
    );
  }

  waitUntilAnyEndpointSubscribedTo(
    event: Subscribable<DescMessage, DescMessage>,
    options: WaitOptions = {},
  ): Promise<void> {
    return this.until(
      () => this.isAnyEndpointSubscribedTo(event),
      options,
      () => `a subscription to ${partsOf(event).input.typeName}`,
    );
  }

  waitUntilAllEndpointsSubscribedTo(
    event: Subscribable<DescMessage, DescMessage>,
    options: WaitOptions = {},
  ): Promise<void> {
    return this.until(
      () => this.areAllEndpointsSubscribedTo(event),
      options,
      () => `subscriptions to ${partsOf(event).input.typeName} everywhere`,
    );
  }

  /**
   * Resolves once all connected endpoints know of every subscription made so far: what they broadcast
   * from then on arrives here.
   */
  async waitUntilSubscriptionsConfirmed(options: WaitOptions = {}): Promise<void> {
    const confirmed = [...this.hub.links].map((link) => link.confirmation());
    await this.until(
      () => confirmed.every((isConfirmed) => isConfirmed()),
      options,
      () => "confirmed subscriptions",
    );
  }

  // The end.

  /** Stops: what is under way arrives, handlers finish, answers go out, up to the drain deadline (5 s). */
  stop(): Promise<Stopped> {
    return (this.stopping ??= this.closeAll());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop().then(() => {});
  }

  /** For logs: not all that lies behind it. */
  [inspect.custom](): string {
    return `Endpoint(${this.name})`;
  }

  private async closeAll(): Promise<Stopped> {
    const { hub, acceptor, lock } = this;
    hub.stop();
    lock.unbind(acceptor.server);
    const stopped = await close(hub, [hub.own.receives, ...hub.links], () => this.subscriptions.finish());
    // Also if that took too long.
    this.subscriptions.end();
    lock.release();
    return stopped;
  }

  private until(condition: () => boolean, options: WaitOptions, what: () => string): Promise<void> {
    const look = () => (this.hub.checkRunning(), condition());
    return within(options, what, (over) => this.hub.waiters.until(look, over));
  }
}
