import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { isEndpointName, isEventName, typeIdOf } from "../src/wire/names.js";
import { PayloadError, uncompressed } from "../src/wire/snappy.js";
import { decode } from "../src/events.js";
import { decodeFrames, encode, encodeFrame, typeNamed } from "./adapter/codec.js";
import { toJson } from "./adapter/values.js";
import { bytesOf, hex, hexId, type Bytes, type Json } from "./adapter/command.js";
import { vectorsFolder } from "./support/repository.js";

interface Vectors {
  kind: string;
  streams: {
    name: string;
    bytes: Bytes;
    limit?: number;
    frames: Json[];
    verdict: string;
    canonical: boolean;
  }[];
  messages: { name: string; type: string; bytes: Bytes; verdict: string; value?: Json; canonical: boolean }[];
  payloads: {
    name: string;
    compression: number;
    bytes: Bytes;
    limit: number;
    verdict: string;
    payload?: Bytes;
  }[];
  names: Record<"endpoint" | "event", Record<"valid" | "invalid", string[]>>;
  type_ids: { name: string; type_id: string }[];
  steps: { bytes: Bytes; frame: Json }[];
}

const folder = vectorsFolder();
const all = readdirSync(folder).filter((name) => name.endsWith(".json"))
  .map((name) => [name, JSON.parse(readFileSync(`${folder}/${name}`, "utf8")) as Vectors] as const);

/** What NaN's bits are is not compared. */
function withOneNaN(value: unknown): unknown {
  const isNaN = /"0x(?:[7f]ff(?!0{13})[0-9a-f]{13}|(?:7f|ff)(?!800000)[89a-f][0-9a-f]{5})"/g;
  return JSON.parse(JSON.stringify(value).replace(isNaN, '"NaN"'));
}

/** Frames as the vectors write them, with bytes spelled out and numbers in decimal. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) {
    const isBytes = value.some((part) => typeof part === "object" && part !== null && "repeat" in part);
    return isBytes ? hex(bytesOf(value as Bytes)) : value.map(plain);
  }
  if (typeof value === "string" && /^0x[0-9a-f]+$/.test(value)) return String(BigInt(value));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, value]) => [key, plain(value)]));
}

test("there are vectors of every kind", () => {
  const kinds = new Set(all.map(([, { kind }]) => kind));
  assert.deepEqual([...kinds].sort(), ["messages", "names", "payloads", "steps", "streams", "type_ids"]);
});

for (const [file, vectors] of all) {
  for (const { name, bytes, limit, frames, verdict, canonical } of vectors.streams ?? []) {
    test(`${file}: ${name}`, () => {
      const decoded = decodeFrames(bytesOf(bytes), limit);
      assert.deepEqual(plain(decoded), { frames: plain(frames), verdict });
      if (canonical) assert.equal(hex(Buffer.concat(frames.map(encodeFrame))), hex(bytesOf(bytes)));
    });
  }
  for (const { name, type, bytes, verdict, value, canonical } of vectors.messages ?? []) {
    test(`${file}: ${name}`, () => {
      const schema = typeNamed(type);
      if (verdict === "malformed") return void assert.throws(() => decode(schema, bytesOf(bytes)));
      const message = decode(schema, bytesOf(bytes));
      assert.deepEqual(withOneNaN(toJson(schema, message)), withOneNaN(value));
      if (canonical) assert.equal(hex(encode(schema, message)), hex(bytesOf(bytes)));
    });
  }
  for (const { name, compression, bytes, limit, verdict, payload } of vectors.payloads ?? []) {
    test(`${file}: ${name}`, () => {
      const decompress = () => uncompressed(bytesOf(bytes), compression, limit);
      if (verdict === "ok") assert.equal(hex(decompress()), hex(bytesOf(payload!)));
      else assert.throws(decompress, (error) => error instanceof PayloadError && error.verdict === verdict);
    });
  }
  for (const { name, type_id } of vectors.type_ids ?? []) {
    test(`${file}: ${name.slice(0, 40)}`, () => assert.equal(hexId(typeIdOf(name)), type_id));
  }
  for (const [index, { bytes, frame }] of (vectors.steps ?? []).entries()) {
    test(`${file}: step ${index + 1}`, () => {
      assert.deepEqual(plain(decodeFrames(bytesOf(bytes)).frames), [plain(frame)]);
      assert.equal(hex(encodeFrame(frame)), hex(bytesOf(bytes)));
    });
  }
  if (vectors.kind === "names") {
    test(`${file}`, () => {
      const { endpoint, event } = vectors.names;
      assert.deepEqual([...endpoint.valid, ...endpoint.invalid].filter(isEndpointName), endpoint.valid);
      assert.deepEqual([...event.valid, ...event.invalid].filter(isEventName), event.valid);
    });
  }
}
