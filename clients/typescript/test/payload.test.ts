import assert from "node:assert/strict";
import { test } from "node:test";
import { create, fromBinary, toBinary, type DescField, type DescMessage } from "@bufbuild/protobuf";
import { ScalarType } from "@bufbuild/protobuf";
import { eventType } from "../src/events.js";
import { ByteWriter } from "../src/wire/writer.js";
import { random } from "./support/random.js";
import { SampleSchema } from "./gen/bench_pb.js";
import { MessagePostedSchema } from "./gen/chat_pb.js";
import {
  ChoiceSchema,
  ListsSchema,
  MapsSchema,
  OptionalsSchema,
  ScalarsSchema,
  TreeSchema,
} from "./gen/conformance_pb.js";

function encode(schema: DescMessage, message: unknown): Uint8Array {
  const out = new ByteWriter(4);
  eventType(schema).encode(out, message as never);
  return new Uint8Array(out.take());
}

const pick = <T>(next: () => number, values: readonly T[]): T => values[Math.floor(next() * values.length)]!;

const INTEGERS = [0, 1, -1, 127, 128, 300, -(2 ** 31), 2 ** 31 - 1];
const UNSIGNED = [0, 1, 127, 128, 16384, 2 ** 31, 2 ** 32 - 1];
const LONGS = [0n, 1n, -1n, 127n, 128n, 2n ** 53n, -(2n ** 63n), 2n ** 63n - 1n];
const UNSIGNED_LONGS = [0n, 1n, 128n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n];
const TEXTS = ["", "a", "ä", "日本", "\ud800", "x".repeat(300), "😀"];

function valueOf(field: DescField, next: () => number): unknown {
  if (field.enum !== undefined) return pick(next, [0, 1, 2, -1, 77]);
  switch (field.scalar) {
    case ScalarType.BOOL: return next() < 0.5;
    case ScalarType.STRING: return pick(next, TEXTS);
    case ScalarType.BYTES: return new Uint8Array(Math.floor(next() * 5));
    case ScalarType.DOUBLE: return pick(next, [0, -0, 1.5, NaN, Infinity, -1e300]);
    case ScalarType.FLOAT: return pick(next, [0, -0, 1.5, NaN, Infinity]);
    case ScalarType.UINT32: case ScalarType.FIXED32: return pick(next, UNSIGNED);
    case ScalarType.INT64: case ScalarType.SINT64: case ScalarType.SFIXED64: return pick(next, LONGS);
    case ScalarType.UINT64: case ScalarType.FIXED64: return pick(next, UNSIGNED_LONGS);
    default: return pick(next, INTEGERS);
  }
}

for (const schema of [ScalarsSchema, OptionalsSchema, MessagePostedSchema, SampleSchema] as DescMessage[]) {
  test(`${schema.typeName} is encoded as the protobuf library does`, () => {
    const next = random(schema.typeName.length);
    for (let round = 0; round < 500; round++) {
      const given = schema.fields.filter((field) => field.message === undefined && next() < 0.7);
      const init = Object.fromEntries(given.map((field) => [field.localName, valueOf(field, next)]));
      const expected = toBinary(schema, create(schema, init));
      assert.deepEqual(encode(schema, init), expected, JSON.stringify(Object.keys(init)));
      assert.deepEqual(encode(schema, create(schema, init)), expected);
    }
  });
}

test("each scalar by itself is encoded as the protobuf library does", () => {
  const next = random(7);
  for (const schema of [ScalarsSchema, OptionalsSchema] as DescMessage[]) {
    for (const field of schema.fields.filter(({ message }) => message === undefined)) {
      for (let round = 0; round < 40; round++) {
        const init = { [field.localName]: valueOf(field, next) };
        assert.deepEqual(encode(schema, init), toBinary(schema, create(schema, init)), `${field}`);
      }
    }
  }
});

test("messages of other shapes are left to the protobuf library", () => {
  const inner = { number: 1, text: "one" };
  const cases: [DescMessage, Record<string, unknown>][] = [
    [ListsSchema, { doubles: [1, 2], strings: ["a", ""], inners: [inner] }],
    [MapsSchema, { strings: { a: "b" }, inners: { 1: inner } }],
    [ChoiceSchema, { choice: { case: "text", value: "" } }],
    [TreeSchema, { number: 1, left: { number: 2 }, others: [{}, {}] }],
  ];
  for (const [schema, init] of cases)
    assert.deepEqual(encode(schema, init), toBinary(schema, create(schema, init)));
});

test("fields that a newer schema has survive", () => {
  const bytes = Uint8Array.of(10, 1, 97, 0xa0, 6, 1);
  assert.deepEqual(encode(MessagePostedSchema, fromBinary(MessagePostedSchema, bytes)), bytes);
});

test("what a field does not take is an error that names it", () => {
  assert.throws(
    () => encode(MessagePostedSchema, { text: 5 }) && encode(ScalarsSchema, { uint32: -1 }),
    /uint32/,
  );
  assert.throws(() => encode(ScalarsSchema, { uint64: -1n }), /uint64/);
  assert.throws(() => encode(ScalarsSchema, { fixed64: 2n ** 64n }), /fixed64/);
  assert.throws(
    () => encode(ScalarsSchema, create(MessagePostedSchema)),
    /Scalars is expected, not a .*MessagePosted/,
  );
});
