import { Connection } from "../driver/connection.js";
import { helloOf, type Greeting } from "../driver/greet.js";
import type { Stream } from "../driver/stream.js";
import type { Link } from "../link/link.js";
import { Meeting } from "../link/meeting.js";
import type { Hub } from "./hub.js";

/** The links to peers, by name: at most one that counts for each. */
export class Peers {
  readonly meeting: Meeting<Link>;
  private readonly connections = new Map<Link, Connection>();
  /** Names that this endpoint connected to, or is connecting to. */
  readonly dialled = new Set<string>();

  constructor(private readonly hub: Hub) {
    this.meeting = new Meeting(hub.me.name);
    hub.onGone = (link) => this.unlink(link);
  }

  /** The link to this endpoint, if events can flow. */
  ready(name: string): Link | undefined {
    const link = this.meeting.link(name);
    return link?.isReady ? link : undefined;
  }

  /** Whether the peer of this link is known to have hung up. */
  hasHungUp(link: Link): boolean {
    return this.connections.get(link)!.hasHungUp;
  }

  /** Makes a link of a stream on which the peer said hello, and `enter`s it into the meeting. */
  link(stream: Stream, greeting: Greeting, enter: (link: Link) => void, saysHello: boolean): void {
    const { hub } = this;
    stream.reader.limit = hub.settings.maxFrameLen;
    const connection = new Connection(stream.release(), stream.reader);
    const link = hub.newLink(greeting.peer.name, greeting.maxFrameLen, greeting.takesSnappy, connection);
    enter(link);
    this.connections.set(link, connection);
    hub.links.add(link);
    connection.start(link);
    link.open(hub.routes.subscribed, saysHello ? helloOf(hub.me, hub.settings.maxFrameLen) : undefined);
    hub.changed();
  }

  /**
   * A link is over, or no longer counts: its name can be connected to again. One whose peer said
   * goodbye lives on until what came before that is taken.
   */
  unlink(link: Link): void {
    if (this.meeting.closed(link.name, link)) this.dialled.delete(link.name);
    if (link.isOver) this.connections.delete(link);
  }
}
