import { ScalarType } from "@bufbuild/protobuf";
import { decode, eventType, type DescMessage, type EventType, type MessageShape } from "../events.js";
import { TypeIdCollisionError } from "../errors.js";
import type { Subscribed } from "../link/inflow.js";
import type { Interest } from "../link/interests.js";
import type { Link } from "../link/link.js";
import type { Parcel } from "../link/parcel.js";
import type { Outgoing } from "../link/outgoing.js";
import { uncompressed } from "../wire/snappy.js";
import type { Subscriber } from "./subscriber.js";

/** Somebody who subscribes to a type at the other end of a link. */
export interface Receiver {
  readonly link: Link;
  readonly interest: Interest<Outgoing>;
}

/** Smaller payloads are copied, so that what is kept of one does not keep all that it was read with. */
const COPIED = 1024;

/** The subscribers of this endpoint that know a type by one schema. */
export class Topic {
  readonly subscribers: Subscriber<never, never>[] = [];
  /** What answers it, if it is a request and was subscribed to as one. */
  response: DescMessage | undefined;
  /** Events that did not decode since the last one that did, and what was missed before them. */
  private lost = 0;
  private readonly isCopied: boolean;

  constructor(readonly schema: DescMessage) {
    this.isCopied = holdsBytes(schema);
  }

  decode(parcel: Parcel, limit: number): MessageShape<DescMessage> {
    const { bytes, start, end } = parcel;
    if (this.isCopied && end - start <= COPIED && parcel.compression === 0) {
      // Copied to Node's pool; generated types have plain arrays.
      const { buffer, byteOffset, length } = Buffer.from(bytes.subarray(start, end));
      return decode(this.schema, new Uint8Array(buffer, byteOffset, length));
    }
    const payload = new Uint8Array(bytes.buffer, bytes.byteOffset + start, end - start);
    return decode(this.schema, uncompressed(payload, parcel.compression, limit));
  }

  missed(missed: number): number {
    const { lost } = this;
    this.lost = 0;
    return missed + lost;
  }

  lose(missed: number): void {
    this.lost += missed + 1;
  }
}

/** All that this endpoint has to do with one type. */
export class Route implements Subscribed {
  readonly receivers: Receiver[] = [];
  topics: Topic[] = [];
  /** What this endpoint calls the type, if it uses it. */
  type: EventType | undefined;

  constructor(readonly id: bigint, readonly window: number) {}

  get name(): string {
    return this.type?.name ?? `type 0x${this.id.toString(16).padStart(16, "0")}`;
  }
}

/** A type as one schema knows it, and all that this endpoint has to do with it. */
export interface Use {
  readonly type: EventType;
  readonly route: Route;
}

/** The types of one endpoint. */
export class Routes {
  private readonly byId = new Map<bigint, Route>();
  private readonly bySchema = new Map<DescMessage, Use>();

  constructor(private readonly window: number) {}

  /** A type that this endpoint uses already. */
  known(schema: DescMessage): Use | undefined {
    return this.bySchema.get(schema);
  }

  /** A type that this endpoint uses from now on. */
  use(schema: DescMessage): Use {
    const type = eventType(schema) as unknown as EventType;
    const route = this.at(type.id);
    if (route.type !== undefined && route.type.name !== type.name) {
      throw new TypeIdCollisionError(type.id, route.type.name, type.name);
    }
    route.type ??= type;
    const use = { type, route };
    this.bySchema.set(schema, use);
    return use;
  }

  find(id: bigint): Route | undefined {
    return this.byId.get(id);
  }

  at(id: bigint): Route {
    let route = this.byId.get(id);
    if (route === undefined) this.byId.set(id, (route = new Route(id, this.window)));
    return route;
  }

  /** Forgets a type that a peer alone knew. */
  forgetIfUnused(route: Route): void {
    if (route.type === undefined && route.receivers.length === 0) this.byId.delete(route.id);
  }

  get subscribed(): Route[] {
    return [...this.byId.values()].filter((route) => route.topics.length > 0);
  }
}

function holdsBytes(schema: DescMessage, seen = new Set<DescMessage>()): boolean {
  if (seen.has(schema)) return false;
  seen.add(schema);
  return schema.fields.some((field) =>
    field.scalar === ScalarType.BYTES || (field.message !== undefined && holdsBytes(field.message, seen)));
}
