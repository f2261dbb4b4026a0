import { Goodbye_Reason as Reason } from "../gen/lahja_wire_pb.js";

/** Who a peer says that it is. */
export interface PeerId {
  readonly name: string;
  readonly instance: bigint;
}

/** What this endpoint has with one name. */
interface Acquaintance<Link> {
  /** Our own `Hello` is on an open stream, unanswered. */
  greeted: boolean;
  link?: Link;
  instance?: bigint;
}

/**
 * Who may be linked to whom: admission, names, and connects that cross.
 *
 * ```text
 *            mayGreet                     answered(Hello)
 *   nothing ─────────► greeted ─────────────────────────────► linked
 *      │                  │ admit: our name sorts higher         ▲
 *      │                  └───────────► greeted and linked ──────┤ answered(Hello): replaces it
 *      └──────────────────── admit ──────────────────────────────┘ attemptOver: keeps it
 * ```
 */
export class Meeting<Link> {
  private readonly known = new Map<string, Acquaintance<Link>>();

  constructor(private readonly me: string) {}

  link(name: string): Link | undefined {
    return this.known.get(name)?.link;
  }

  /** Asks to send our `Hello`; false if there is a link by now, or another attempt of ours. */
  mayGreet(name: string): boolean {
    const known = this.know(name);
    if (known.link !== undefined || known.greeted) return false;
    known.greeted = true;
    return true;
  }

  /** Our attempt ended without a link of its own. */
  attemptOver(name: string): void {
    const known = this.know(name);
    known.greeted = false;
    this.forgetIfNothing(name, known);
  }

  /**
   * Our `Hello` was answered with the peer's: that is the link. Returns the admitted one that it
   * replaces. Not to be called if the peer has hung up: a dead instance's answer would replace the
   * link of the one that came after it.
   */
  answered(peer: PeerId, link: Link): Link | undefined {
    const known = this.know(peer.name);
    const replaced = known.link;
    this.known.set(peer.name, { greeted: false, link, instance: peer.instance });
    return replaced;
  }

  /** Judges a `Hello` that came in; undefined admits it, and `admitted` has to follow. */
  refusal(peer: PeerId): { reason: Reason; message: string } | undefined {
    const { name } = peer;
    if (name === this.me)
      return { reason: Reason.NAME_TAKEN, message: `${name} is this endpoint's own name` };
    const known = this.known.get(name);
    if (known?.link !== undefined) {
      return known.instance === peer.instance
        ? { reason: Reason.DUPLICATE, message: `${name} is linked to this endpoint already` }
        : {
            reason: Reason.NAME_TAKEN,
            message: `the name ${name} belongs to another endpoint that is alive`,
          };
    }
    // Valid names are ASCII, so that this order is that of their bytes.
    if (known?.greeted && this.me < name) {
      return { reason: Reason.DUPLICATE, message: `${this.me} is connecting to ${name} itself` };
    }
    return undefined;
  }

  admitted(peer: PeerId, link: Link): void {
    Object.assign(this.know(peer.name), { link, instance: peer.instance });
  }

  /** A link is over, or no longer counts; false if it did not before. */
  closed(name: string, link: Link): boolean {
    const known = this.known.get(name);
    if (known?.link !== link) return false;
    delete known.link;
    this.forgetIfNothing(name, known);
    return true;
  }

  private know(name: string): Acquaintance<Link> {
    let known = this.known.get(name);
    if (known === undefined) this.known.set(name, (known = { greeted: false }));
    return known;
  }

  private forgetIfNothing(name: string, known: Acquaintance<Link>): void {
    if (!known.greeted && known.link === undefined) this.known.delete(name);
  }
}
