import type { EventType } from "../events.js";
import type { FrameBody } from "../wire/frames.js";
import { PREFIX_LEN } from "../wire/limits.js";
import { ByteWriter, varintLength } from "../wire/writer.js";

export type Headers = Readonly<Record<string, string>>;
export const NO_HEADERS: Headers = Object.freeze({});

/** An event, request or answer as the general path sends it. */
export interface Outgoing {
  readonly type: EventType;
  readonly payload: Uint8Array;
  /** The payload as a snappy block, where that is worth it. */
  readonly compressed?: Uint8Array | undefined;
  readonly headers: Headers;
  readonly requestId: number | bigint;
  readonly responseTo: number | bigint;
}

export function broadcastOf(event: Outgoing, takesSnappy: boolean, missed: number): FrameBody {
  const compressed = takesSnappy ? event.compressed : undefined;
  const sorted = Object.entries(event.headers).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    case: "broadcast",
    value: {
      typeId: event.type.id,
      payload: compressed ?? event.payload,
      compression: compressed === undefined ? 0 : 1,
      requestId: BigInt(event.requestId),
      responseTo: BigInt(event.responseTo),
      headers: Object.fromEntries(sorted),
      missed: BigInt(missed),
    },
  };
}

/** N, the tag and length of the broadcast, the type's ID, the tag and length of the payload. */
const LONGEST_HEAD = PREFIX_LEN + 6 + 9 + 6;
/** A larger buffer is not kept. */
const KEPT = 1024 * 1024;

/**
 * The frame of an event that is type, payload and at most one number, in memory that the next one
 * uses again: the payload is encoded first, and its head then put in front of it.
 */
export class BareFrame {
  private out = new ByteWriter(64 * 1024);
  private start = 0;
  private payloadEnd = 0;

  encode<Message>(encode: (out: ByteWriter, message: Message) => void, message: Message): void {
    if (this.out.bytes.length > KEPT) this.out = new ByteWriter(64 * 1024);
    this.out.length = LONGEST_HEAD;
    encode(this.out, message);
    this.payloadEnd = this.out.length;
  }

  /** A view of the payload, for as long as nothing else is encoded. */
  get payload(): Buffer {
    return this.out.bytes.subarray(LONGEST_HEAD, this.payloadEnd);
  }

  /** Completes the frame around what was encoded. */
  seal(type: EventType, requestId: number, responseTo: number | bigint): void {
    const { out } = this;
    out.length = this.payloadEnd;
    if (requestId !== 0) this.put(0x20, requestId);
    else if (responseTo !== 0) this.put(0x28, responseTo);
    const payload = this.payloadEnd - LONGEST_HEAD;
    const payloadHead = payload === 0 ? 0 : 1 + varintLength(payload);
    const body = 9 + payloadHead + out.length - LONGEST_HEAD;
    const frame = 1 + varintLength(body) + body;
    const end = out.length;
    this.start = end - frame - PREFIX_LEN;
    out.view.setUint32(this.start, frame, true);
    out.length = this.start + PREFIX_LEN;
    this.put(0x22, body);
    out.bytes[out.length] = 0x09;
    out.view.setInt32(out.length + 1, type.idLow, true);
    out.view.setInt32(out.length + 5, type.idHigh, true);
    out.length += 9;
    if (payload > 0) this.put(0x12, payload);
    out.length = end;
  }

  /** The frame's length, without the prefix. */
  get frameLen(): number {
    return this.out.length - this.start - PREFIX_LEN;
  }

  appendTo(out: ByteWriter): void {
    out.append(this.out.bytes, this.start, this.out.length);
  }

  private put(tag: number, value: number | bigint): void {
    this.out.varint(tag);
    this.out.varint(value);
  }
}
