import type { Link } from "../link/link.js";
import type { Transport } from "../link/surroundings.js";
import { FrameReader } from "../wire/frames.js";

/** After so many the event loop gets its turn: handlers may broadcast what they handle. */
const ROUNDS = 64;

/**
 * Joins two links of one endpoint: what it sends to its own subscribers goes the way of all events,
 * with the same windows, answers and deadlines.
 */
export class Loopback {
  private readonly ends: { link: Link; reader: FrameReader }[] = [];
  private isMoving = false;

  constructor(private readonly maxFrameLen: number) {}

  readonly transport: Transport = {
    touched: () => this.move(),
    wakeAt: () => {},
    pause: () => void setImmediate(() => this.ends.forEach(({ link }) => link.handlePause())),
    now: () => performance.now(),
  };

  join(...links: Link[]): void {
    for (const link of links) this.ends.push({ link, reader: new FrameReader(this.maxFrameLen) });
    for (const link of links) link.open([]);
  }

  /** Moves bytes until there are none; what handlers send meanwhile goes along, but not for ever. */
  private move(): void {
    if (this.isMoving || this.ends.length < 2) return;
    this.isMoving = true;
    const [one, other] = this.ends as [typeof this.ends[0], typeof this.ends[0]];
    try {
      for (let rounds = 0; carry(one.link, other) || carry(other.link, one); rounds++) {
        if (rounds === ROUNDS) return void setImmediate(() => this.move());
      }
    } finally {
      this.isMoving = false;
    }
  }
}

function carry(from: Link, to: { link: Link; reader: FrameReader }): boolean {
  if (from.sender.out.length === 0) return false;
  to.reader.push(from.sender.out.take());
  from.handleWritten();
  to.link.read(to.reader);
  return true;
}
