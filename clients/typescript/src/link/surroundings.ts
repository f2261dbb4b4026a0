import type { Failure_Code } from "../gen/lahja_wire_pb.js";
import type { Inflow } from "./inflow.js";
import type { Interest } from "./interests.js";
import type { Link } from "./link.js";
import type { Outgoing } from "./outgoing.js";
import type { Owed } from "./owed.js";
import type { Parcel } from "./parcel.js";

/** What a link needs to know of both sides once they have said hello. Times are in milliseconds. */
export interface LinkSettings {
  readonly unwrittenEvents: number;
  readonly unwrittenControl: number;
  readonly readyWithin: number;
  readonly drain: number;
  readonly peerMaxFrameLen: number;
  readonly peerTakesSnappy: boolean;
}

/** The layer above a link. Nothing that it does may throw. */
export interface LinkHost {
  /** Returns what is wrong with it, if anything is. */
  peerSubscribed(link: Link, interest: Interest<Outgoing>): string | undefined;
  peerUnsubscribed(link: Link, interest: Interest<Outgoing>): void;
  /** The parcel is used again once this returns. */
  arrived(link: Link, inflow: Inflow, parcel: Parcel, cost: number, owed: Owed | undefined): void;
  answered(link: Link, requestId: number, parcel: Parcel): void;
  failed(link: Link, requestId: number, code: Failure_Code, message: string): void;
  /** Nobody will answer these requests here any more. */
  gone(link: Link, requestIds: number[]): void;
  /** Readiness, subscriptions, acks, answers owed or the end: whoever waits for something may look. */
  changed(link: Link): void;
}

/** What carries a link's bytes. */
export interface Transport {
  /** There is more to write, or the link is done with writing. */
  touched(): void;
  /** Calls `handleTimeout` at this time of `now`, and not earlier ones that were asked for. */
  wakeAt(time: number | undefined): void;
  /** Calls `handlePause` once nothing has come for a moment. */
  pause(): void;
  now(): number;
}
