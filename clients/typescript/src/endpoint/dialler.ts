import { connect } from "node:net";
import { Refused, awaitGreeting, helloOf, refuse, say, type Greeting } from "../driver/greet.js";
import { Stream, nextTurn } from "../driver/stream.js";
import { ConnectionRejectedError, DeadlineExceededError, type Rejection } from "../errors.js";
import { Goodbye_Reason as Reason } from "../gen/lahja_wire_pb.js";
import { FrameReader } from "../wire/frames.js";
import { FRAME_LIMIT_BEFORE_HELLO } from "../wire/limits.js";
import type { Hub } from "./hub.js";
import type { Peers } from "./peers.js";
import { checkDirectory, isOwn, ownerOf, placeOf, type Place } from "./place.js";
import { onAbort } from "./signals.js";
import { within, type WaitOptions } from "./waiters.js";

const FIRST_BACKOFF = 2;
const LONGEST_BACKOFF = 250;

/** Why an attempt gave no link; another may. */
class Missed extends Error {
  constructor(message: string, readonly rejection?: Rejection) {
    super(message);
  }
}

export interface ConnectOptions extends WaitOptions {
  /** Where the endpoints' sockets are, if not where this one's own is. */
  directory?: string;
}

/** Connects to endpoints, which may not be there yet, or may be connecting to this one. */
export class Dialler {
  constructor(private readonly hub: Hub, private readonly peers: Peers) {}

  /** Connects to all of them; if one fails, the attempts at the others are given up. */
  async connect(names: readonly string[], options: ConnectOptions): Promise<void> {
    const { hub } = this;
    hub.checkRunning();
    const places = names.map((name) => placeOf(name, options.directory ?? hub.settings.directory));
    for (const { name } of places) {
      if (name === hub.me.name) throw rejected(name, "itself", "it is this endpoint itself");
      if (this.peers.dialled.has(name))
        throw rejected(name, "already_connected", "this endpoint has connected to it already");
    }
    for (const { name } of places) this.peers.dialled.add(name);
    const timeout = options.timeout ?? hub.settings.connectTimeout;
    const failed = new AbortController();
    const signal = AbortSignal.any([
      failed.signal,
      hub.stopping,
      ...(options.signal ? [options.signal] : []),
    ]);
    const dials = places.map(async (place) => {
      try {
        await within({ signal, timeout }, () => place.name, (over) => this.untilLinked(place, over, timeout));
        // The name stays taken for as long as the link lives.
        if (this.peers.meeting.link(place.name) === undefined) this.peers.dialled.delete(place.name);
      } catch (error) {
        this.peers.dialled.delete(place.name);
        failed.abort(error);
        throw error;
      }
    });
    await Promise.allSettled(dials);
    await Promise.all(dials);
  }

  private async untilLinked(place: Place, over: AbortSignal, timeout: number): Promise<void> {
    let missed = new Missed("it does not answer");
    for (let backoff = FIRST_BACKOFF; ; backoff = Math.min(2 * backoff, LONGEST_BACKOFF)) {
      try {
        if (await this.useLink(place.name, over)) return;
        await this.attempt(place, over);
        if (await this.useLink(place.name, over)) return;
        missed = new Missed("it ended before events could flow");
      } catch (error) {
        if (error instanceof Missed) missed = error;
        else if (!over.aborted) throw error;
      }
      // Between half and all of it, so that those who lost the same peer do not return together.
      if (!over.aborted) await this.pause(place.name, backoff * (0.5 + Math.random() / 2), over);
      if (over.aborted) throw gaveUp(place, over.reason, missed, timeout);
    }
  }

  /** Waits for the link that there is to become ready; false if there is none, or not any more. */
  private async useLink(name: string, over: AbortSignal): Promise<boolean> {
    const link = this.peers.meeting.link(name);
    if (link === undefined) return false;
    await this.hub.waiters.until(() => link.isReady || !link.sender.isTalking, over);
    return link.isReady;
  }

  /** Waits before the next try; less if the peer's own connect gives a link meanwhile. */
  private pause(name: string, time: number, over: AbortSignal): Promise<void> {
    const linked = () => this.peers.meeting.link(name) !== undefined;
    const wait = within(
      { signal: over, timeout: time },
      () => "",
      (end) => this.hub.waiters.until(linked, end),
    );
    // Either way it is time to look again.
    return wait.catch(() => {});
  }

  /** One try: a stream, our hello, the peer's. */
  private async attempt(place: Place, over: AbortSignal): Promise<void> {
    const { me, settings } = this.hub;
    const { name } = place;
    const stream = await open(place, over);
    if (!this.peers.meeting.mayGreet(name)) {
      stream.release().destroy();
      throw new Missed("another connection is coming about");
    }
    let greeting: Greeting | undefined;
    const release = onAbort(over, () => stream.socket.destroy());
    try {
      say(stream, helloOf(me, settings.maxFrameLen));
      greeting = await awaitGreeting(stream, settings.handshakeTimeout);
      if (greeting.peer.name !== name) {
        const error = rejected(
          name,
          "other_name",
          `the endpoint that listens there calls itself ${greeting.peer.name}`,
        );
        refuse(stream, Reason.PROTOCOL_ERROR, error.message, settings.handshakeTimeout);
        throw error;
      }
      // A dead instance's hello must not displace the link of the one that came after it.
      await nextTurn();
      if (stream.hasEnded) throw new Missed("it ended as it answered");
      this.hub.checkRunning();
    } catch (error) {
      this.peers.meeting.attemptOver(name);
      this.hub.changed();
      if (
        !(error instanceof ConnectionRejectedError) &&
        !(error instanceof Refused && error.reason === "violation")
      ) {
        stream
          .release()
          .on("error", () => {})
          .destroy();
      }
      throw error instanceof Refused ? judge(name, error) : error;
    } finally {
      release();
    }
    const { peer } = greeting;
    this.peers.link(stream, greeting, (link) => {
      const replaced = this.peers.meeting.answered(peer, link);
      replaced?.sayGoodbye(Reason.DUPLICATE, "the connection that this side opened is kept");
    }, false);
  }
}

function open({ directory, socket, name }: Place, over: AbortSignal): Promise<Stream> {
  const owner = ownerOf(directory) === undefined ? undefined : (checkDirectory(directory), ownerOf(socket));
  if (owner === undefined) throw new Missed("nobody listens there");
  if (!isOwn(owner)) throw rejected(name, "foreign_user", `its socket belongs to user ${owner}`);
  return new Promise((resolve, reject) => {
    const stream = new Stream(
      connect({ path: socket, allowHalfOpen: true }),
      new FrameReader(FRAME_LIMIT_BEFORE_HELLO),
    );
    const release = onAbort(over, () => stream.socket.destroy());
    stream.socket.once("connect", () => (release(), resolve(stream)));
    stream.socket.once("error", (error) => reject(new Missed(error.message)));
    stream.socket.once("close", () => (release(), reject(new Missed("it was closed"))));
  });
}

/** What a peer made of our hello: something that may pass, or not. */
function judge(name: string, { reason, message }: Refused): Error {
  if (reason === Reason.DUPLICATE) return new Missed(message, "duplicate");
  if (reason === Reason.NAME_TAKEN) return new Missed(message, "name_taken");
  if (reason === Reason.SHUTDOWN || reason === "ended" || reason === "timed_out") return new Missed(message);
  return rejected(name, reason === Reason.UNSUPPORTED_VERSION ? "unsupported_version" : "protocol", message);
}

function gaveUp({ name, socket }: Place, reason: unknown, missed: Missed, timeout: number): unknown {
  if (!(reason instanceof DeadlineExceededError)) return reason;
  if (missed.rejection !== undefined) return rejected(name, missed.rejection, missed.message);
  return new DeadlineExceededError(`connecting to ${name} at ${socket} (${missed.message})`, timeout);
}

function rejected(name: string, reason: Rejection, why: string): ConnectionRejectedError {
  return new ConnectionRejectedError(name, reason, why);
}
