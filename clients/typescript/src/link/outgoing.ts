import type { EventType } from "../events.js";
import {
  BROADCAST,
  COMPRESSION,
  HEADER,
  MISSED,
  PAYLOAD,
  REQUEST_ID,
  RESPONSE_TO,
  TYPE_ID,
} from "../wire/keys.js";
import { PREFIX_LEN } from "../wire/limits.js";
import { ByteWriter, copyOf, varintLength } from "../wire/writer.js";

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
  /** N of its frame, uncompressed and with nothing missed, which is what receivers limit. */
  readonly frameLen: number;
}

export function outgoingOf(event: Omit<Outgoing, "frameLen">): Outgoing {
  const tail = tailOf(event, false, 0).length;
  return { ...event, frameLen: frameLength(bodyLength(event.payload.length, tail)) };
}

/** The frame of an event, as a protobuf library would encode it. */
export function encodeEvent(event: Outgoing, takesSnappy: boolean, missed: number): Buffer {
  const compressed = takesSnappy ? event.compressed : undefined;
  const payload = compressed ?? event.payload;
  const tail = tailOf(event, compressed !== undefined, missed);
  const out = new ByteWriter(LONGEST_HEAD + payload.length + tail.length);
  putHead(out, event.type, payload.length, tail.length);
  out.append(payload);
  out.append(tail.bytes, 0, tail.length);
  return out.take();
}

/** What follows the payload. */
function tailOf(event: Omit<Outgoing, "frameLen">, isCompressed: boolean, missed: number): ByteWriter {
  const tail = new ByteWriter(64);
  putIfSet(tail, COMPRESSION, isCompressed ? 1 : 0);
  putIfSet(tail, REQUEST_ID, event.requestId);
  putIfSet(tail, RESPONSE_TO, event.responseTo);
  const headers = Object.entries(event.headers).sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [key, value] of headers) putHeader(tail, key, value);
  putIfSet(tail, MISSED, missed);
  return tail;
}

function putIfSet(out: ByteWriter, key: number, value: number | bigint): void {
  if (value === 0 || value === 0n) return;
  out.varint(key);
  out.varint(value);
}

function putHeader(out: ByteWriter, key: string, value: string): void {
  const entry = new ByteWriter(2 * (key.length + value.length));
  putText(entry, 0x0a, key);
  putText(entry, 0x12, value);
  out.varint(HEADER);
  out.varint(entry.length);
  out.append(entry.bytes, 0, entry.length);
}

function putText(out: ByteWriter, key: number, text: string): void {
  const bytes = Buffer.from(text);
  out.varint(key);
  out.varint(bytes.length);
  out.append(bytes);
}

/** N, the key and length of the broadcast, the type's ID, the key and length of the payload. */
const LONGEST_HEAD = PREFIX_LEN + 6 + 9 + 6;

/** Appends what comes before the bytes of the payload, of which `tail` bytes of other fields follow. */
function putHead(out: ByteWriter, type: EventType, payload: number, tail: number): void {
  const body = bodyLength(payload, tail);
  out.reserve(LONGEST_HEAD);
  out.view.setUint32(out.length, frameLength(body), true);
  out.length += PREFIX_LEN;
  out.varint(BROADCAST);
  out.varint(body);
  out.bytes[out.length] = TYPE_ID;
  out.view.setInt32(out.length + 1, type.idLow, true);
  out.view.setInt32(out.length + 5, type.idHigh, true);
  out.length += 9;
  putIfSet(out, PAYLOAD, payload);
}

function frameLength(body: number): number {
  return 1 + varintLength(body) + body;
}

function bodyLength(payload: number, tail: number): number {
  return 9 + (payload === 0 ? 0 : 1 + varintLength(payload)) + payload + tail;
}

const INITIAL = 64 * 1024;
/** A larger buffer is not kept. */
const KEPT = 1024 * 1024;

/**
 * The frame of an event that is type, payload and at most one number, in memory that the next one
 * uses again: the payload is encoded first, and its head then put in front of it.
 */
export class BareFrame {
  private out = new ByteWriter(INITIAL);
  private start = 0;
  private payloadEnd = 0;

  encode<Message>(encode: (out: ByteWriter, message: Message) => void, message: Message): void {
    if (this.out.bytes.length > KEPT) this.out = new ByteWriter(INITIAL);
    this.out.length = LONGEST_HEAD;
    encode(this.out, message);
    this.payloadEnd = this.out.length;
  }

  /** The payload, to keep. If it is large the frame is gone then. */
  takePayload(): Uint8Array {
    const { out, payloadEnd } = this;
    if (payloadEnd < INITIAL) return copyOf(out.bytes, LONGEST_HEAD, payloadEnd);
    this.out = new ByteWriter(INITIAL);
    return out.bytes.subarray(LONGEST_HEAD, payloadEnd);
  }

  /** Completes the frame around what was encoded. */
  seal(type: EventType, requestId: number, responseTo: number | bigint): void {
    const { out, payloadEnd } = this;
    out.length = payloadEnd;
    putIfSet(out, REQUEST_ID, requestId);
    putIfSet(out, RESPONSE_TO, responseTo);
    const end = out.length;
    const payload = payloadEnd - LONGEST_HEAD;
    const body = bodyLength(payload, end - payloadEnd);
    this.start = end - frameLength(body) - PREFIX_LEN;
    out.length = this.start;
    putHead(out, type, payload, end - payloadEnd);
    out.length = end;
  }

  /** The frame's length, without the prefix. */
  get frameLen(): number {
    return this.out.length - this.start - PREFIX_LEN;
  }

  appendTo(out: ByteWriter): void {
    out.append(this.out.bytes, this.start, this.out.length);
  }
}
