import { FrameSchema, Goodbye_Reason as Reason, Compression, type Hello } from "../gen/lahja_wire_pb.js";
import { create } from "@bufbuild/protobuf";
import type { PeerId } from "../link/meeting.js";
import {
  FrameError,
  appendFrame,
  frameOf,
  violation,
  type FrameBody,
  type FrameSink,
} from "../wire/frames.js";
import { DEFAULT_MAX_FRAME_LEN, FRAME_LIMIT_BEFORE_HELLO } from "../wire/limits.js";
import { isEndpointName } from "../wire/names.js";
import { quoted } from "../wire/texts.js";
import { ByteWriter } from "../wire/writer.js";
import type { Stream } from "./stream.js";

const PROTOCOL_VERSION = 1;
const AGENT = "lahja-typescript/0.1.0";

/** What a peer's `Hello` says, checked. */
export interface Greeting {
  readonly peer: PeerId;
  readonly maxFrameLen: number;
  readonly takesSnappy: boolean;
}

/** Why there will be no link on a stream. */
export class Refused extends Error {
  /** @param reason the peer's, if it said goodbye; "violation" if it broke the protocol */
  constructor(readonly reason: Reason | "ended" | "timed_out" | "violation", message: string) {
    super(message);
  }
}

export function helloOf({ name, instance }: PeerId, maxFrameLen: number): FrameBody {
  return {
    case: "hello",
    value: {
      protocolVersion: PROTOCOL_VERSION,
      name,
      instance,
      maxFrameLen,
      compressions: [Compression.SNAPPY],
      agent: AGENT,
    },
  };
}

export function say(stream: Stream, body: FrameBody): void {
  const writer = new ByteWriter();
  appendFrame(writer, body);
  stream.socket.write(writer.take());
}

/** Waits for the peer's hello, up to `within` for all of it. A peer that says anything else is told so. */
export async function awaitGreeting(stream: Stream, within: number): Promise<Greeting> {
  let timedOut = false;
  const timer = setTimeout(() => ((timedOut = true), stream.wakeUp()), within);
  try {
    for (;;) {
      const body = firstBody(stream);
      if (body !== undefined) return greetingOf(body);
      if (stream.hasEnded) throw new Refused("ended", "the stream ended before the peer said hello");
      if (timedOut) throw new Refused("timed_out", `no hello within ${within} ms`);
      await stream.change();
    }
  } catch (error) {
    if (!(error instanceof FrameError)) throw error;
    refuse(stream, error.reason, error.message, within);
    throw new Refused("violation", `the peer broke the protocol: ${error.message}`);
  } finally {
    clearTimeout(timer);
  }
}

/** Says goodbye to a peer that is not admitted, and gives it the time to read that. */
export function refuse(stream: Stream, reason: Reason, message: string, within: number): void {
  say(stream, { case: "goodbye", value: { reason, message } });
  const socket = stream.release();
  // Closing with unread data would reset the stream, and the peer might miss the reason.
  const timer = setTimeout(() => socket.destroy(), within).unref();
  socket.unref().on("error", () => socket.destroy()).on("close", () => clearTimeout(timer));
  socket.resume().end();
}

/** The first frame with a body that this version knows. */
function firstBody(stream: Stream): FrameBody | undefined {
  let body: FrameBody | undefined;
  const sink: FrameSink = {
    get wantsFrames() { return body === undefined; },
    bareEvent: (event) => void (body = frameOf(event).body as FrameBody),
    frame: (frame) => void (body = frame.body.case === undefined ? undefined : frame.body),
  };
  stream.reader.read(sink);
  return body;
}

function greetingOf(body: FrameBody): Greeting {
  const frame = create(FrameSchema, { body });
  if (frame.body.case === "goodbye") {
    const { reason, message } = frame.body.value;
    throw new Refused(reason, `the peer refused (${Reason[reason] ?? reason}): ${quoted(message)}`);
  }
  if (frame.body.case !== "hello") throw violation("the first frame is no hello");
  const hello = frame.body.value;
  check(hello);
  return {
    peer: { name: hello.name, instance: hello.instance },
    maxFrameLen: hello.maxFrameLen || DEFAULT_MAX_FRAME_LEN,
    takesSnappy: hello.compressions.includes(Compression.SNAPPY),
  };
}

/** Checks what a `Hello` says by itself. */
export function check(hello: Hello): void {
  if (hello.protocolVersion === 0) {
    const message = `there is no version 0; this side speaks ${PROTOCOL_VERSION}`;
    throw new FrameError(Reason.UNSUPPORTED_VERSION, message);
  }
  if (!isEndpointName(hello.name)) throw violation(`${JSON.stringify(hello.name)} is no endpoint's name`);
  if (hello.instance === 0n) throw violation("the instance is 0");
  if (hello.maxFrameLen !== 0 && hello.maxFrameLen < FRAME_LIMIT_BEFORE_HELLO) {
    throw violation(`a max_frame_len of ${hello.maxFrameLen} is less than ${FRAME_LIMIT_BEFORE_HELLO}`);
  }
}
