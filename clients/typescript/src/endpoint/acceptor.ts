import { createServer, type Server, type Socket } from "node:net";
import { Refused, awaitGreeting, refuse } from "../driver/greet.js";
import { Stream, nextTurn } from "../driver/stream.js";
import { messageOf } from "../errors.js";
import { Goodbye_Reason as Reason } from "../gen/lahja_wire_pb.js";
import { FrameReader } from "../wire/frames.js";
import { FRAME_LIMIT_BEFORE_HELLO } from "../wire/limits.js";
import type { Hub } from "./hub.js";
import type { Peers } from "./peers.js";
import { onAbort } from "./signals.js";

/** How many connections may be saying hello at once; further ones are closed, and may dial again. */
const HANDSHAKES = 1024;

/** Accepts connections, and admits or refuses them. */
export class Acceptor {
  /** Accepted, and not admitted or refused yet. */
  private readonly strangers = new Set<Stream>();
  readonly server: Server;

  constructor(private readonly hub: Hub, private readonly peers: Peers) {
    this.server = createServer({ allowHalfOpen: true }, (socket) => void this.welcome(socket));
    // Such as too many open files: those who dial try again.
    this.server.on("error", (error) =>
      hub.settings.logger.warn(`lahja: accepting at ${hub.me.name} failed: ${error.message}`),
    );
    onAbort(hub.stopping, () => {
      for (const { socket } of this.strangers) socket.destroy();
    });
  }

  private async welcome(socket: Socket): Promise<void> {
    const { settings, me, isStopped } = this.hub;
    if (isStopped || this.strangers.size === HANDSHAKES) return void socket.on("error", () => {}).destroy();
    const stream = new Stream(socket, new FrameReader(FRAME_LIMIT_BEFORE_HELLO));
    this.strangers.add(stream);
    try {
      const greeting = await awaitGreeting(stream, settings.handshakeTimeout);
      if (await this.isLinkedToTheDead(greeting.peer.name))
        this.peers.unlink(this.peers.meeting.link(greeting.peer.name)!);
      const refusal = this.hub.isStopped
        ? { reason: Reason.SHUTDOWN, message: "shutting down" }
        : this.peers.meeting.refusal(greeting.peer);
      if (refusal !== undefined)
        return refuse(stream, refusal.reason, refusal.message, settings.handshakeTimeout);
      this.peers.link(stream, greeting, (link) => this.peers.meeting.admitted(greeting.peer, link), true);
    } catch (error) {
      if (!this.hub.isStopped)
        settings.logger.warn(`lahja: a connection to ${me.name} came to nothing: ${messageOf(error)}`);
      if (!(error instanceof Refused) || error.reason !== "violation")
        stream
          .release()
          .on("error", () => {})
          .destroy();
    } finally {
      this.strangers.delete(stream);
    }
  }

  /** Whether the peer of the link to this name has hung up, which may lie in the socket unread. */
  private async isLinkedToTheDead(name: string): Promise<boolean> {
    const { meeting } = this.peers;
    const link = meeting.link(name);
    if (link === undefined) return false;
    await nextTurn();
    return meeting.link(name) === link && this.peers.hasHungUp(link);
  }
}
