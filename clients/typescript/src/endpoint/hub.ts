import { randomBytes } from "node:crypto";
import { StoppedError, type RequestFailure } from "../errors.js";
import type { DescMessage, EventType } from "../events.js";
import { Failure_Code, Goodbye_Reason } from "../gen/lahja_wire_pb.js";
import type { Inflow } from "../link/inflow.js";
import type { Interest } from "../link/interests.js";
import { Link } from "../link/link.js";
import type { Parcel } from "../link/parcel.js";
import type { LinkHost, LinkSettings, Transport } from "../link/surroundings.js";
import type { PeerId } from "../link/meeting.js";
import { BareFrame, NO_HEADERS, outgoingOf, type Headers, type Outgoing } from "../link/outgoing.js";
import type { Owed } from "../link/owed.js";
import { Delivery } from "./delivery.js";
import { Loopback } from "./loopback.js";
import type { Settings } from "./options.js";
import { Routes, type Route, type Use } from "./routes.js";
import { Waiters } from "./waiters.js";

/** A request that waits for its answer. */
export interface Pending {
  answered(from: Link, parcel: Parcel): void;
  failed(from: Link, code: RequestFailure, message: string): void;
}

/** What an endpoint knows and has under way: the layer between its links and its calls. */
export class Hub implements LinkHost {
  readonly me: PeerId;
  readonly routes: Routes;
  readonly waiters = new Waiters();
  /** The links to peers; the endpoint's link to itself is none of them. */
  readonly links = new Set<Link>();
  readonly pending = new Map<number, Pending>();
  private readonly delivery = new Delivery(this);
  /** What is encoded at the moment. */
  readonly frame = new BareFrame();
  /** On which this endpoint sends to itself, and on which it receives that. */
  readonly own: { readonly sends: Link; readonly receives: Link };
  private readonly closing = new AbortController();
  /** Told of links to peers that left, and of those that are over. */
  onGone: (link: Link) => void = () => {};
  private lastId = 0;

  constructor(
    name: string,
    readonly settings: Settings,
  ) {
    this.me = { name, instance: randomBytes(8).readBigUInt64LE() | 1n };
    this.routes = new Routes(settings.window);
    const loopback = new Loopback(settings.maxFrameLen);
    const end = () => this.newLink(name, settings.maxFrameLen, false, loopback.transport);
    this.own = { sends: end(), receives: end() };
    loopback.join(this.own.sends, this.own.receives);
  }

  newLink(name: string, peerMaxFrameLen: number, peerTakesSnappy: boolean, transport: Transport): Link {
    const {
      unwrittenEvents,
      unwrittenControl,
      handshakeTimeout: readyWithin,
      drainTimeout: drain,
    } = this.settings;
    const settings: LinkSettings = {
      unwrittenEvents,
      unwrittenControl,
      readyWithin,
      drain,
      peerMaxFrameLen,
      peerTakesSnappy,
    };
    return new Link(name, settings, this, transport);
  }

  get isStopped(): boolean {
    return this.closing.signal.aborted;
  }

  /** Aborted, with the error of a call that comes too late, once the endpoint stops. */
  get stopping(): AbortSignal {
    return this.closing.signal;
  }

  stop(): void {
    this.closing.abort(new StoppedError(this.me.name));
    this.changed();
  }

  checkRunning(): void {
    if (this.isStopped) throw new StoppedError(this.me.name);
  }

  nextId(): number {
    this.lastId += 1;
    return this.lastId;
  }

  /** What was encoded last, for the general path. */
  outgoing(
    type: EventType,
    headers: Headers = NO_HEADERS,
    requestId = 0,
    responseTo: number | bigint = 0,
  ): Outgoing {
    const payload = this.frame.takePayload();
    const compressed = this.settings.compress?.(payload);
    return outgoingOf({ type, payload, compressed, headers, requestId, responseTo });
  }

  // Subscriptions.

  /** The links on which this endpoint receives. */
  private get receiving(): Link[] {
    return [this.own.receives, ...this.links];
  }

  announce(route: Route): void {
    for (const link of this.receiving) link.subscribe(route);
  }

  renounce(route: Route): void {
    for (const link of this.receiving) link.unsubscribe(route.id);
  }

  peerSubscribed(link: Link, interest: Interest<Outgoing>): string | undefined {
    const route = this.routes.at(interest.id);
    if (route.type !== undefined && route.type.name !== interest.name) {
      return `${interest.name} has the type ID of ${route.type.name}`;
    }
    // Its own subscribers get an event before what a peer that got it may answer.
    if (link === this.own.sends) route.receivers.unshift({ link, interest });
    else route.receivers.push({ link, interest });
    return undefined;
  }

  peerUnsubscribed(link: Link, interest: Interest<Outgoing>): void {
    const route = this.routes.find(interest.id);
    if (route === undefined) return;
    const at = route.receivers.findIndex((receiver) => receiver.link === link);
    if (at >= 0) route.receivers.splice(at, 1);
    this.routes.forgetIfUnused(route);
  }

  /** A type that this endpoint uses from now on: peers that use its ID for another one are wrong. */
  use(schema: DescMessage): Use {
    const known = this.routes.known(schema);
    if (known !== undefined) return known;
    const use = this.routes.use(schema);
    for (const { link, interest } of use.route.receivers) {
      if (interest.name === schema.typeName) continue;
      link.sayGoodbye(
        Goodbye_Reason.PROTOCOL_ERROR,
        `${interest.name} has the type ID of ${schema.typeName}`,
      );
    }
    return use;
  }

  changed(link?: Link): void {
    if (link?.isOver) this.forget(link);
    else if (link?.hasPeerLeft) this.onGone(link);
    this.waiters.changed();
  }

  private forget(link: Link): void {
    if (!this.links.delete(link)) return;
    if (link.ending)
      this.settings.logger.warn(
        `lahja: the connection of ${this.me.name} to ${link.name} ended: ${link.ending}`,
      );
    this.onGone(link);
  }

  // What arrives.

  arrived(link: Link, inflow: Inflow, parcel: Parcel, cost: number, owed: Owed | undefined): void {
    this.delivery.arrived(link, inflow, parcel, cost, owed);
  }

  answered(link: Link, requestId: number, parcel: Parcel): void {
    this.pending.get(requestId)?.answered(link, parcel);
  }

  failed(link: Link, requestId: number, code: Failure_Code, message: string): void {
    this.pending.get(requestId)?.failed(link, FAILURES[code] ?? "unanswered", message);
  }

  gone(link: Link, requestIds: number[]): void {
    for (const id of requestIds) this.pending.get(id)?.failed(link, "disconnected", "");
  }
}

const FAILURES: Partial<Record<Failure_Code, RequestFailure>> = {
  [Failure_Code.HANDLER_FAILED]: "handler_failed",
  [Failure_Code.DECODE_FAILED]: "decode_failed",
  [Failure_Code.SHUTTING_DOWN]: "shutting_down",
};
