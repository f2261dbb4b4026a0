/** Bytes that are appended to, in memory that grows and is used again. */
export class ByteWriter {
  bytes: Buffer;
  view: DataView;
  length = 0;

  constructor(private readonly initial = 1024) {
    [this.bytes, this.view] = allocate(initial);
  }

  /** Makes room for so many more bytes. */
  reserve(more: number): void {
    const needed = this.length + more;
    if (needed <= this.bytes.length) return;
    const old = this.bytes;
    [this.bytes, this.view] = allocate(Math.max(needed, 2 * old.length));
    old.copy(this.bytes, 0, 0, this.length);
  }

  append(from: Uint8Array, start = 0, end = from.length): void {
    this.reserve(end - start);
    if (start === 0 && end === from.length) this.bytes.set(from, this.length);
    else Buffer.prototype.copy.call(from, this.bytes, this.length, start, end);
    this.length += end - start;
  }

  /** An unsigned varint. */
  varint(value: number | bigint): void {
    this.reserve(10);
    if (typeof value === "bigint") return this.varint64(value);
    while (value > 0x7f) {
      this.bytes[this.length++] = (value % 0x80) | 0x80;
      value = Math.floor(value / 0x80);
    }
    this.bytes[this.length++] = value;
  }

  private varint64(value: bigint): void {
    for (; value > 0x7fn; value >>= 7n) this.bytes[this.length++] = Number(value & 0x7fn) | 0x80;
    this.bytes[this.length++] = Number(value);
  }

  /** Hands the bytes over; what follows is written elsewhere, into `spare` if that is given. */
  take(spare?: Buffer): Buffer {
    const taken = this.bytes.subarray(0, this.length);
    this.length = 0;
    [this.bytes, this.view] = spare ? [spare, viewOf(spare)] : allocate(this.initial);
    return taken;
  }
}

/** A copy that is no `Buffer`, whatever the original is. */
export function copyOf(bytes: Uint8Array, start = 0, end = bytes.length): Uint8Array {
  const copy = new Uint8Array(end - start);
  Buffer.prototype.copy.call(bytes, copy, 0, start, end);
  return copy;
}

/** The length of an unsigned varint. */
export function varintLength(value: number): number {
  let length = 1;
  for (; value > 0x7f; value = Math.floor(value / 0x80)) length += 1;
  return length;
}

function allocate(size: number): [Buffer, DataView] {
  const bytes = Buffer.allocUnsafeSlow(size);
  return [bytes, viewOf(bytes)];
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
