import {
  fromBinary,
  getOption,
  hasOption,
  type DescMessage,
  type MessageInitShape,
  type MessageShape,
} from "@bufbuild/protobuf";
import { InvalidNameError, InvalidRequestTypeError } from "./errors.js";
import { event as eventOption } from "./gen/lahja_pb.js";
import { isEventName, typeIdOf } from "./wire/names.js";
import { compileEncoder, type Encode } from "./wire/payload.js";

/**
 * A request with the type of its answer: a unary method of a service (`Chat.method.getHistory`), or
 * what {@link requestType} makes of two messages.
 */
export interface RequestType<
  Input extends DescMessage = DescMessage,
  Output extends DescMessage = DescMessage,
> {
  readonly input: Input;
  readonly output: Output;
  readonly methodKind?: "unary";
}

/** What can be subscribed to: an event, or a request. */
export type Subscribable<Input extends DescMessage, Output extends DescMessage> =
  Input | RequestType<Input, Output>;

/** What the bus knows of one message type. */
export interface EventType<Desc extends DescMessage = DescMessage> {
  readonly schema: Desc;
  readonly name: string;
  readonly id: bigint;
  /** The halves of the ID, as signed numbers of 32 bits. */
  readonly idLow: number;
  readonly idHigh: number;
  readonly encode: Encode<Desc>;
}

const known = new WeakMap<DescMessage, EventType>();

export function eventType<Desc extends DescMessage>(schema: Desc): EventType<Desc> {
  const existing = known.get(schema);
  if (existing !== undefined) return existing as unknown as EventType<Desc>;
  const name = schema.typeName;
  if (!isEventName(name)) throw new InvalidNameError(name, "event's name (up to 255 bytes)");
  const id = (hasOption(schema, eventOption) && getOption(schema, eventOption).typeId) || typeIdOf(name);
  const type = {
    schema, name, id,
    idLow: Number(BigInt.asIntN(32, id)),
    idHigh: Number(BigInt.asIntN(32, id >> 32n)),
    encode: compileEncoder(schema),
  };
  known.set(schema, type as unknown as EventType);
  return type;
}

export function decode<Desc extends DescMessage>(schema: Desc, payload: Uint8Array): MessageShape<Desc> {
  return fromBinary(schema, payload);
}

/**
 * Binds a request to its answer, as `option (lahja.event) = { response: … }` does in the .proto file,
 * which the types that are generated from it do not tell.
 */
export function requestType<Input extends DescMessage, Output extends DescMessage>(
  input: Input, output: Output,
): RequestType<Input, Output> {
  const declared = declaredResponse(input);
  if (declared === "") {
    throw new InvalidRequestTypeError(input.typeName, "names no response in its (lahja.event) option: " +
      "if an rpc binds it, use that method, such as `Service.method.name`");
  }
  checkResponse(input, declared, output.typeName);
  return { input, output };
}

const checked = new WeakSet<RequestType>();

/** Refuses a method whose request is bound to another response by its option. */
export function checkRequest(request: RequestType): void {
  if (checked.has(request)) return;
  if (request.input === undefined) {
    const { typeName } = request as unknown as DescMessage;
    throw new InvalidRequestTypeError(
      typeName,
      "is a message: bind it to its response with `requestType`, or use a method",
    );
  }
  const declared = declaredResponse(request.input);
  if (declared !== "") checkResponse(request.input, declared, request.output.typeName);
  checked.add(request);
}

function declaredResponse(input: DescMessage): string {
  return hasOption(input, eventOption) ? getOption(input, eventOption).response : "";
}

/** The option names the response as a field would: relative to the message or a scope around it. */
function checkResponse(input: DescMessage, declared: string, given: string): void {
  const parts = input.typeName.split(".");
  const scopes = parts.map((_, i) => parts.slice(0, parts.length - i).join(".") + ".");
  const meant = declared.startsWith(".")
    ? [declared.slice(1)]
    : [...scopes, ""].map((scope) => scope + declared);
  if (!meant.includes(given)) {
    throw new InvalidRequestTypeError(
      input.typeName,
      `is bound to the response ${declared} in its .proto file, not to ${given}`,
    );
  }
}

/** The two halves of what can be subscribed to. */
export function partsOf<Input extends DescMessage, Output extends DescMessage>(
  event: Subscribable<Input, Output>,
): { input: Input; output?: Output } {
  if (!("input" in event)) return { input: event };
  checkRequest(event);
  return event;
}

export type { DescMessage, MessageInitShape, MessageShape };
