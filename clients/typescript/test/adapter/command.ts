/** A command of the kit, of which each has other fields. */
export interface Command {
  readonly do: string;
  readonly name: string;
  readonly bytes: Bytes;
  readonly limit: number;
  readonly frames: Json[];
  readonly compression: number;
  readonly payload: Bytes;
  readonly type: string;
  readonly value: Json;
  readonly directory: string;
  readonly compress_above?: number;
  readonly window?: number;
  readonly max_frame_len?: number;
  readonly to?: string;
  readonly first: number | string;
  readonly count: number;
  readonly text?: string;
  readonly timeout?: number;
}

export type Json = { [key: string]: unknown };
export type Reply = Json;

/** Hex digits, or a list of them and of what is repeated. */
export type Bytes = string | (string | { repeat: string; times: number })[];

export function bytesOf(bytes: Bytes): Buffer {
  const parts = typeof bytes === "string" ? [bytes] : bytes;
  return Buffer.concat(
    parts.map((part) =>
      typeof part === "string"
        ? Buffer.from(part, "hex")
        : Buffer.from(part.repeat.repeat(part.times), "hex"),
    ),
  );
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("hex");
}

export function hexId(id: bigint): string {
  return `0x${id.toString(16).padStart(16, "0")}`;
}
