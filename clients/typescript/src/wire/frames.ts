import { create, fromBinary, toBinary, type MessageInitShape } from "@bufbuild/protobuf";
import { messageOf } from "../errors.js";
import { FrameSchema, Goodbye_Reason, type Frame } from "../gen/lahja_wire_pb.js";
import { PREFIX_LEN } from "./limits.js";
import { BROADCAST, PAYLOAD, REQUEST_ID, RESPONSE_TO, TYPE_ID } from "./keys.js";
import { brief } from "./texts.js";
import type { ByteWriter } from "./writer.js";

/** Bytes that no peer may send: they cost it its connection. */
export class FrameError extends Error {
  constructor(readonly reason: Goodbye_Reason, message: string) {
    super(brief(message));
  }
}

export function violation(message: string): FrameError {
  return new FrameError(Goodbye_Reason.PROTOCOL_ERROR, message);
}

/** An event whose frame holds a type, a payload and at most one number: the hot path. */
export interface BareEvent {
  /** The halves of the type's ID, as signed numbers of 32 bits. */
  idLow: number;
  idHigh: number;
  /** What the payload lies in, from `start` to `end`. */
  bytes: Buffer;
  start: number;
  end: number;
  requestId: number | bigint;
  responseTo: number | bigint;
  frameLen: number;
}

export interface FrameSink {
  /** The object is used again for the next event. */
  bareEvent(event: BareEvent): void;
  frame(frame: Frame, frameLen: number): void;
  /** Whether the next frame may come at once. */
  readonly wantsFrames: boolean;
}

export type FrameBody = NonNullable<MessageInitShape<typeof FrameSchema>["body"]>;

export function appendFrame(out: ByteWriter, body: FrameBody): void {
  const bytes = toBinary(FrameSchema, create(FrameSchema, { body }));
  out.reserve(PREFIX_LEN + bytes.length);
  out.view.setUint32(out.length, bytes.length, true);
  out.length += PREFIX_LEN;
  out.append(bytes);
}

const EMPTY = Buffer.alloc(0);
const TYPE_ID_LEN = 9;

/** Finds frames in bytes that arrive in pieces; holds no more than has arrived. */
export class FrameReader {
  private bytes: Buffer = EMPTY;
  private at = 0;
  /** Behind `bytes`, and not joined to them before the frame that begins there is whole. */
  private further: Buffer[] = [];
  private furtherLength = 0;
  private readonly bare: BareEvent =
    { idLow: 0, idHigh: 0, bytes: EMPTY, start: 0, end: 0, requestId: 0, responseTo: 0, frameLen: 0 };

  constructor(public limit: number) {}

  /** Whether bytes of a frame are here that is not whole. */
  get isInsideFrame(): boolean {
    return this.buffered > 0;
  }

  private get buffered(): number {
    return this.bytes.length - this.at + this.furtherLength;
  }

  push(chunk: Buffer): void {
    if (this.at === this.bytes.length && this.furtherLength === 0) {
      this.bytes = chunk;
      this.at = 0;
    } else {
      this.further.push(chunk);
      this.furtherLength += chunk.length;
    }
  }

  /** Hands over the frames that are whole, while the sink wants any. Throws a {@link FrameError}. */
  read(sink: FrameSink): void {
    while (sink.wantsFrames && this.has(PREFIX_LEN)) {
      const length = this.bytes.readUInt32LE(this.at);
      if (length > this.limit) {
        const message = `a frame of ${length} bytes, where ${this.limit} are accepted`;
        throw new FrameError(Goodbye_Reason.FRAME_TOO_LARGE, message);
      }
      if (!this.has(PREFIX_LEN + length)) return;
      const start = this.at + PREFIX_LEN;
      this.at = start + length;
      if (this.readBare(start, this.at)) sink.bareEvent(this.bare);
      else sink.frame(decodeFrame(this.bytes.subarray(start, this.at)), length);
    }
  }

  /** Whether so many bytes are here, which are in one piece then. */
  private has(length: number): boolean {
    if (this.bytes.length - this.at >= length) return true;
    if (this.buffered < length) return false;
    this.bytes = Buffer.concat([this.bytes.subarray(this.at), ...this.further]);
    this.at = 0;
    this.further = [];
    this.furtherLength = 0;
    return true;
  }

  /** Reads a frame that is written as most are. Whatever else there is, the protobuf library judges. */
  private readBare(from: number, to: number): boolean {
    const { bytes, bare } = this;
    if (to - from < 2 + TYPE_ID_LEN || bytes[from] !== BROADCAST) return false;
    if (this.varint(from + 1) + this.next !== to) return false;
    let at = this.next;
    if (to - at < TYPE_ID_LEN || bytes[at] !== TYPE_ID) return false;
    bare.idLow = bytes.readInt32LE(at + 1);
    bare.idHigh = bytes.readInt32LE(at + 5);
    at += TYPE_ID_LEN;
    bare.bytes = bytes;
    bare.start = bare.end = at;
    bare.requestId = bare.responseTo = 0;
    bare.frameLen = to - from;
    if (at < to && bytes[at] === PAYLOAD) {
      const length = this.varint(at + 1);
      bare.start = this.next;
      bare.end = at = this.next + length;
    }
    if (at < to && bytes[at] === REQUEST_ID) {
      bare.requestId = this.varint(at + 1);
      at = this.next;
    } else if (at < to && bytes[at] === RESPONSE_TO) {
      bare.responseTo = this.varint(at + 1);
      at = this.next;
    }
    return at === to;
  }

  /** Where the varint ended that was read last. */
  private next = 0;

  /** A varint of up to 28 bits; a longer one gives NaN, which equals nothing. */
  private varint(at: number): number {
    const { bytes } = this;
    let value = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = bytes[at++]!;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        this.next = at;
        return value;
      }
    }
    this.next = NaN;
    return NaN;
  }
}

/** The protobuf library takes what the protocol refuses nowhere, so its verdict is the protocol's. */
function decodeFrame(bytes: Uint8Array): Frame {
  try {
    return fromBinary(FrameSchema, bytes);
  } catch (error) {
    throw violation(`a frame does not decode: ${messageOf(error)}`);
  }
}

/** The frame that a bare event is short for. */
export function frameOf(event: BareEvent): Frame {
  const { idLow, idHigh, bytes, start, end } = event;
  const value = {
    typeId: typeId(idLow, idHigh),
    payload: bytes.subarray(start, end),
    requestId: BigInt(event.requestId),
    responseTo: BigInt(event.responseTo),
  };
  return create(FrameSchema, { body: { case: "broadcast", value } });
}

export function typeId(low: number, high: number): bigint {
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}
