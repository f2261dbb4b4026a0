/** Messages as the kit and the vectors write them, to and from those of the protobuf library. */
import {
  ScalarType,
  create,
  type DescField,
  type DescMessage,
  type Message,
  type MessageInitShape,
} from "@bufbuild/protobuf";
import { bytesOf, hex, type Bytes, type Json } from "./command.js";

/** How integers of 64 bits are written. */
type Number64 = (value: bigint) => string;

type Fields = Record<string, unknown>;

export function toJson(schema: DescMessage, message: Message, write64: Number64 = String): Json {
  const fields = message as unknown as Fields;
  const json: Json = {};
  for (const field of schema.fields) {
    const value = valueOf(field, fields);
    if (value === undefined || isDefault(field, value)) continue;
    json[field.name] = fieldToJson(field, value, write64);
  }
  return json;
}

export function fromJson<Desc extends DescMessage>(schema: Desc, json: Json): Message {
  const init: Fields = {};
  for (const [name, value] of Object.entries(json)) {
    const field = schema.fields.find((field) => field.name === name);
    if (field === undefined) throw new Error(`${schema.typeName} has no field ${name}`);
    const given = fieldFromJson(field, value);
    if (field.oneof === undefined) init[field.localName] = given;
    else init[field.oneof.localName] = { case: field.localName, value: given };
  }
  return create(schema, init as MessageInitShape<Desc>);
}

function valueOf(field: DescField, fields: Fields): unknown {
  if (field.oneof === undefined) return fields[field.localName];
  const oneof = fields[field.oneof.localName] as { case?: string; value?: unknown };
  return oneof.case === field.localName ? oneof.value : undefined;
}

const IMPLICIT = 2;

function isDefault(field: DescField, value: unknown): boolean {
  if (field.fieldKind === "list") return (value as unknown[]).length === 0;
  if (field.fieldKind === "map") return Object.keys(value as object).length === 0;
  if (field.presence !== IMPLICIT) return false;
  if (value instanceof Uint8Array) return value.length === 0;
  return value === "" || value === false || value === 0n || Object.is(value, 0);
}

function fieldToJson(field: DescField, value: unknown, write64: Number64): unknown {
  const one = (value: unknown) => singleToJson(field, value, write64);
  if (field.fieldKind === "list") return (value as unknown[]).map(one);
  if (field.fieldKind !== "map") return one(value);
  return Object.fromEntries(Object.entries(value as object).map(([key, value]) => [key, one(value)]));
}

function singleToJson(field: DescField, value: unknown, write64: Number64): unknown {
  if (field.message !== undefined) return toJson(field.message, value as Message, write64);
  if (field.scalar === ScalarType.DOUBLE) return bits(value as number, 8);
  if (field.scalar === ScalarType.FLOAT) return bits(value as number, 4);
  if (value instanceof Uint8Array) return hex(value);
  return typeof value === "bigint" ? write64(value) : value;
}

function fieldFromJson(field: DescField, value: unknown): unknown {
  const one = (value: unknown) => singleFromJson(field, value);
  if (field.fieldKind === "list") return (value as unknown[]).map(one);
  if (field.fieldKind !== "map") return one(value);
  return Object.fromEntries(Object.entries(value as object).map(([key, value]) => [key, one(value)]));
}

const OF_64_BITS = new Set<ScalarType | undefined>(
  [ScalarType.INT64, ScalarType.UINT64, ScalarType.SINT64, ScalarType.FIXED64, ScalarType.SFIXED64]);

function singleFromJson(field: DescField, value: unknown): unknown {
  if (field.message !== undefined) return fromJson(field.message, value as Json);
  if (field.scalar === ScalarType.DOUBLE || field.scalar === ScalarType.FLOAT)
    return fromBits(value as string);
  if (field.scalar === ScalarType.BYTES) return new Uint8Array(bytesOf(value as Bytes));
  return OF_64_BITS.has(field.scalar) ? BigInt(value as string) : value;
}

function bits(value: number, size: 4 | 8): string {
  const buffer = Buffer.alloc(size);
  if (size === 8) buffer.writeDoubleBE(value);
  else buffer.writeFloatBE(value);
  return `0x${buffer.toString("hex")}`;
}

function fromBits(text: string): number {
  const buffer = Buffer.from(text.slice(2), "hex");
  return buffer.length === 8 ? buffer.readDoubleBE() : buffer.readFloatBE();
}
