import { createRegistry, toBinary, type DescMessage } from "@bufbuild/protobuf";
import { EmptySchema } from "@bufbuild/protobuf/wkt";
import { decode, eventType } from "../../src/events.js";
import { FrameSchema, Goodbye_Reason, type Frame } from "../../src/gen/lahja_wire_pb.js";
import { FrameError, FrameReader, frameOf, type FrameSink } from "../../src/wire/frames.js";
import { isEndpointName, isEventName, typeIdOf } from "../../src/wire/names.js";
import { PayloadError, loadCompressor, uncompressed } from "../../src/wire/snappy.js";
import { ByteWriter } from "../../src/wire/writer.js";
import { file_conformance } from "../gen/conformance_pb.js";
import { bytesOf, hex, hexId, type Command, type Json, type Reply } from "./command.js";
import { REQUESTS } from "./requests.js";
import { fromJson, toJson } from "./values.js";

const types = createRegistry(file_conformance, EmptySchema);

export const CODEC: Record<string, (command: Command) => Reply> = {
  about: () => ({ language: "TypeScript", version: process.version, compressions: [1] }),
  type_id: ({ name }) => ({ type_id: hexId(typeIdOf(name)) }),
  endpoint_name: ({ name }) => ({ valid: isEndpointName(name) }),
  event_name: ({ name }) => ({ valid: isEventName(name) }),
  decode_frames: ({ bytes, limit }) => decodeFrames(bytesOf(bytes), limit),
  encode_frames: ({ frames }) => ({ bytes: hex(Buffer.concat(frames.map(encodeFrame))) }),
  decompress: ({ compression, bytes, limit }) => {
    try {
      return { verdict: "ok", payload: hex(uncompressed(bytesOf(bytes), compression, limit)) };
    } catch (error) {
      if (error instanceof PayloadError) return { verdict: error.verdict };
      throw error;
    }
  },
  compress: ({ payload }) => ({ bytes: hex(loadCompressor()(bytesOf(payload))) }),
  describe: ({ type }) => {
    const schema = typeNamed(type);
    const response = REQUESTS.find(({ input }) => input === schema)?.output.typeName ?? null;
    return { type_id: hexId(eventType(schema).id), response };
  },
  decode_event: ({ type, bytes }) => {
    const schema = typeNamed(type);
    let message;
    try {
      message = decode(schema, bytesOf(bytes));
    } catch {
      return { verdict: "malformed" };
    }
    return { verdict: "ok", value: toJson(schema, message), again: hex(encode(schema, message)) };
  },
  encode_event: ({ type, value }) => {
    const schema = typeNamed(type);
    return { bytes: hex(encode(schema, fromJson(schema, value))) };
  },
};

export function typeNamed(name: string): DescMessage {
  const schema = types.getMessage(name);
  if (schema === undefined) throw new Error(`no type ${name}`);
  return schema;
}

export function encode(schema: DescMessage, message: unknown): Uint8Array {
  const out = new ByteWriter();
  eventType(schema).encode(out, message as never);
  return out.take();
}

/** Decodes what a peer would be understood to say, and how that ends. */
export function decodeFrames(bytes: Buffer, limit = 16 * 1024 * 1024): { frames: Json[]; verdict: string } {
  const frames: Json[] = [];
  const take = (frame: Frame) => void frames.push(toJson(FrameSchema, frame, (value) => String(value)));
  const sink: FrameSink = { wantsFrames: true, bareEvent: (event) => take(frameOf(event)), frame: take };
  const reader = new FrameReader(limit);
  reader.push(bytes);
  try {
    reader.read(sink);
  } catch (error) {
    if (!(error instanceof FrameError)) throw error;
    return {
      frames,
      verdict: error.reason === Goodbye_Reason.FRAME_TOO_LARGE ? "frame_too_large" : "protocol_error",
    };
  }
  return { frames, verdict: reader.isInsideFrame ? "incomplete" : "ok" };
}

export function encodeFrame(json: Json): Buffer {
  const body = toBinary(FrameSchema, fromJson(FrameSchema, json) as Frame);
  const prefix = Buffer.alloc(4);
  prefix.writeUInt32LE(body.length);
  return Buffer.concat([prefix, body]);
}
