import type { Socket } from "node:net";
import { messageOf } from "../errors.js";
import type { Link } from "../link/link.js";
import type { Transport } from "../link/surroundings.js";
import { FrameError, type FrameReader } from "../wire/frames.js";
import { keepReading } from "./stream.js";

/** So much is written at once even if more is to come in this turn of the event loop. */
const BATCH = 64 * 1024;
/** How long a peer is read to which nothing can be written. */
const MUTE_FOR = 1000;
/** Larger buffers are not kept. */
const KEPT = 32 * BATCH;

/** Carries the bytes of a link over a socket. */
export class Connection implements Transport {
  link!: Link;
  /** What comes first in a turn of the event loop goes out at once, what follows goes out together. */
  private isGathering = false;
  /** The link wants to know when a turn has passed in which nothing was read. */
  private isPausing = false;
  private hasRead = false;
  private writing: Buffer | undefined;
  /** Writes that were over at once, and whose callbacks are still to come. */
  private writtenAtOnce = 0;
  private spare: Buffer | undefined;
  private timer: NodeJS.Timeout | undefined;
  /** Writing failed. */
  private isMute = false;
  private muteTimer: NodeJS.Timeout | undefined;
  /** The peer is not understood any more: what it sends is read and dropped. */
  private isDeaf = false;
  hasHungUp = false;

  constructor(private readonly socket: Socket, private readonly reader: FrameReader) {}

  /** Begins to carry the bytes of this link, which is open. */
  start(link: Link): void {
    this.link = link;
    const { socket } = this;
    keepReading(socket, (error) => {
      this.isMute = true;
      // If the peer is dead, reading ends soon.
      this.muteTimer = setTimeout(() => link.handleFailure(error.message), MUTE_FOR);
    });
    socket.on("data", (chunk: Buffer) => this.onData(chunk));
    socket.on("end", () => this.onEnd());
    socket.on("error", (error) => link.handleFailure(error.message));
    socket.on("close", () => this.onClose());
    // What came with the hello is not before us, but behind whoever calls.
    setImmediate(() => {
      this.readFrames();
      if (socket.readableEnded) this.onEnd();
    });
  }

  now(): number {
    return performance.now();
  }

  wakeAt(time: number | undefined): void {
    clearTimeout(this.timer);
    if (time === undefined) return;
    this.timer = setTimeout(() => this.link.handleTimeout(), Math.max(0, time - this.now()) + 1);
  }

  touched(): void {
    if (this.link.sender.out.length >= BATCH) return this.flush();
    if (this.isGathering) return;
    this.gather();
    this.flush();
  }

  private gather(): void {
    this.isGathering = true;
    setImmediate(this.turn);
  }

  private readonly turn = () => {
    if (this.isPausing && !this.hasRead) {
      this.isPausing = false;
      this.link.handlePause();
    }
    this.hasRead = false;
    this.isGathering = false;
    if (this.isPausing) this.gather();
    this.flush();
  };

  pause(): void {
    this.isPausing = true;
    if (!this.isGathering) this.gather();
  }

  private onData(chunk: Buffer): void {
    if (this.isDeaf) return;
    this.reader.push(chunk);
    this.readFrames();
  }

  private readFrames(): void {
    this.hasRead = true;
    if (!this.isGathering) this.gather();
    try {
      this.link.read(this.reader);
    } catch (error) {
      this.isDeaf = true;
      if (!(error instanceof FrameError))
        this.link.handleFailure(`a defect of this side: ${messageOf(error)}`);
    }
    this.flush();
  }

  private onEnd(): void {
    this.hasHungUp = true;
    this.link.handleEnd();
    this.flush();
  }

  private onClose(): void {
    this.hasHungUp = true;
    clearTimeout(this.timer);
    clearTimeout(this.muteTimer);
    this.link.handleFailure("the stream was closed");
  }

  /** Writes what there is, one write at a time; closes what is over. */
  private flush(): void {
    const { socket, link } = this;
    const { out } = link.sender;
    if (out.length > 0 && this.writing === undefined && !this.isMute && socket.writable && !link.isOver) {
      const bytes = out.take(this.spare);
      this.spare = undefined;
      this.writing = bytes;
      socket.write(bytes, this.onWritten);
      if (socket.writableLength === 0) {
        this.writtenAtOnce += 1;
        this.written();
      }
    }
    if (link.isOver) this.close();
    else if (link.hasSaidAll && socket.writable) socket.end();
  }

  private readonly onWritten = () => {
    if (this.writtenAtOnce > 0) this.writtenAtOnce -= 1;
    else this.written();
  };

  private written(): void {
    const { buffer } = this.writing!;
    if (buffer.byteLength <= KEPT) this.spare = Buffer.from(buffer);
    this.writing = undefined;
    this.link.handleWritten();
    this.touched();
  }

  /** Closes. What is not written by now never will be: the peer reads no more, or the link's time is over. */
  private close(): void {
    if (this.hasHungUp || this.isMute || !this.link.sender.out.isFlushed) this.socket.destroy();
    else this.socket.destroySoon();
  }
}
