import { createRequire } from "node:module";
import { InvalidOptionError, messageOf } from "../errors.js";

/** The most bytes that one byte of a block can stand for: a copy of 64 bytes takes 3. */
const MAX_RATIO = 22;

/** Why a payload does not decompress. It costs that event, not the connection. */
export class PayloadError extends Error {
  constructor(readonly verdict: "too_large" | "corrupt" | "unknown_compression", message: string) {
    super(message);
  }
}

/** A payload as protobuf, decompressed as `compression` says. */
export function uncompressed(payload: Uint8Array, compression: number, limit: number): Uint8Array {
  if (compression === 0) return payload;
  if (compression === 1) return decompress(payload, limit);
  throw new PayloadError("unknown_compression", `a payload has the unknown compression ${compression}`);
}

/** Decompresses a raw block. Allocates only after the length that it states proved allowed and possible. */
function decompress(block: Uint8Array, limit: number): Uint8Array {
  const [length, start] = statedLength(block);
  if (length > limit)
    throw new PayloadError("too_large", `a payload has ${length} bytes, the limit is ${limit}`);
  if (length > block.length * MAX_RATIO)
    throw corrupt(`${length} bytes do not fit in a block of ${block.length}`);
  const out = new Uint8Array(length);
  let at = start;
  let end = 0;
  while (at < block.length) {
    const tag = block[at++]!;
    const upper = tag >> 2;
    if ((tag & 3) === 0) {
      const extra = Math.max(0, upper - 59);
      const literal = 1 + (extra === 0 ? upper : littleEndian(block, at, extra));
      at += extra;
      if (at + literal > block.length || end + literal > length) throw corrupt("a literal is too long");
      out.set(block.subarray(at, at + literal), end);
      at += literal;
      end += literal;
    } else {
      const width = [0, 1, 2, 4][tag & 3]!;
      const short = width === 1;
      const copied = short ? 4 + (upper & 7) : 1 + upper;
      const offset = littleEndian(block, at, width) + (short ? (tag >> 5) * 256 : 0);
      at += width;
      if (offset === 0 || offset > end || end + copied > length) throw corrupt("a copy is out of bounds");
      // Byte by byte, as a copy may overlap itself.
      for (const stop = end + copied; end < stop; end++) out[end] = out[end - offset]!;
    }
  }
  if (end !== length) throw corrupt(`${end} bytes came where ${length} were stated`);
  return out;
}

function statedLength(block: Uint8Array): [length: number, size: number] {
  let length = 0;
  for (let size = 0; size < 5 && size < block.length; size++) {
    length += (block[size]! & 0x7f) * 2 ** (7 * size);
    if (block[size]! < 0x80 && length < 2 ** 32) return [length, size + 1];
  }
  throw corrupt("its header is no length");
}

function littleEndian(block: Uint8Array, at: number, width: number): number {
  if (at + width > block.length) throw corrupt("it is cut off");
  let value = 0;
  for (let i = width - 1; i >= 0; i--) value = value * 256 + block[at + i]!;
  return value;
}

function corrupt(why: string): PayloadError {
  return new PayloadError("corrupt", `a payload is not valid snappy: ${why}`);
}

export type Compress = (payload: Uint8Array) => Uint8Array;

/** The compressor of the optional package `snappyjs`. */
export function loadCompressor(): Compress {
  try {
    return (createRequire(import.meta.url)("snappyjs") as { compress: Compress }).compress;
  } catch (error) {
    const [why] = messageOf(error).split("\n");
    const problem = `needs the package snappyjs (npm install snappyjs): ${why}`;
    throw new InvalidOptionError("compressAbove", problem);
  }
}
