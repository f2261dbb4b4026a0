import { ByteWriter } from "../wire/writer.js";

/** What one connection has to write, in order, and how much of it is what. */
export class Outbox extends ByteWriter {
  /** Of the bytes that lie here, those of answers and control. */
  private control = 0;
  private flying = 0;
  private flyingControl = 0;
  /** Events here or being written which no credit will confirm. */
  uncredited = 0;

  constructor(private readonly limit: number) {
    super(4096);
  }

  /** Events wait while more of them than the limit is unwritten. */
  get hasRoomForEvents(): boolean {
    return this.length - this.control + this.flying - this.flyingControl <= this.limit;
  }

  get unreadControl(): number {
    return this.control + this.flyingControl;
  }

  get isFlushed(): boolean {
    return this.length === 0 && this.flying === 0;
  }

  appendControl(append: (out: ByteWriter) => void): void {
    const before = this.length;
    append(this);
    this.control += this.length - before;
  }

  /** Hands over what is to be written; one write at a time. */
  override take(spare?: Buffer): Buffer {
    this.flying = this.length;
    this.flyingControl = this.control;
    this.control = 0;
    return super.take(spare);
  }

  /** What was taken is written. */
  written(): void {
    this.flying = this.flyingControl = 0;
    if (this.length === 0) this.uncredited = 0;
  }
}
