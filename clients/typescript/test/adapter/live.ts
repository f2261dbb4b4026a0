import { create } from "@bufbuild/protobuf";
import { Endpoint, type Received, type RequestType, type SendOptions } from "../../src/index.js";
import { NoteSchema, HangSchema, file_conformance } from "../gen/conformance_pb.js";
import type { Command, Json, Reply } from "./command.js";
import { Ask, Fail, REQUESTS, Touch } from "./requests.js";
import { toJson } from "./values.js";

type Note = [origin: string, number: string, text: string, missed: number];

/** The endpoint of the adapter, while it runs one. */
export class Live {
  private endpoint: Endpoint | undefined;
  private notes: Note[] = [];
  private noted = () => {};
  /** Requests that are kept unanswered. */
  private readonly kept: Received<typeof HangSchema, never>[] = [];
  private started: Promise<Reply> | undefined;

  async run(command: Command): Promise<Reply> {
    const action = this.actions[command.do];
    return action === undefined ? { skipped: `there is no ${command.do}` } : action(command);
  }

  async stop(): Promise<void> {
    await this.endpoint?.stop();
    this.endpoint = undefined;
    this.kept.length = 0;
  }

  private readonly actions: Record<string, (command: Command) => Promise<Reply>> = {
    serve: async (command) => {
      this.notes = [];
      this.endpoint = await Endpoint.serve(command.name, {
        directory: command.directory,
        ...(command.compress_above !== undefined && { compressAbove: command.compress_above }),
        ...(command.window !== undefined && { window: command.window }),
        ...(command.max_frame_len !== undefined && { maxFrameLen: command.max_frame_len }),
      });
      this.subscribe(this.endpoint);
      return {};
    },
    connect: async ({ to }) => {
      await this.running.connectTo(to!);
      return {};
    },
    wait_subscribed: async ({ to, type }) => {
      await this.running.waitUntilEndpointSubscribedTo(to!, schemaNamed(type));
      return {};
    },
    broadcast: async ({ first, count, text, to }) => {
      let delivered = 0;
      for (let number = BigInt(first), end = number + BigInt(count); number < end; number += 1n) {
        const note = { number, text: text ?? "" };
        const sent = await this.running.broadcast(NoteSchema, note, to === undefined ? undefined : { to });
        delivered += sent.count;
      }
      return { delivered };
    },
    take_notes: async ({ count }) => {
      while (this.notes.length < count) await new Promise<void>((resolve) => (this.noted = resolve));
      return { notes: this.notes.splice(0, count) };
    },
    request: (command) => this.ask(command),
    start_request: async (command) => {
      this.started = this.ask(command);
      this.started.catch(() => {});
      return {};
    },
    finish_request: () => {
      const { started } = this;
      this.started = undefined;
      return started ?? Promise.reject(new Error("no request was started"));
    },
    wait_gone: async ({ name }) => {
      await this.running.waitUntilDisconnectedFrom(name);
      return {};
    },
    stop: async () => {
      await this.stop();
      return {};
    },
  };

  private get running(): Endpoint {
    if (this.endpoint === undefined) throw new Error("no endpoint runs");
    return this.endpoint;
  }

  private subscribe(endpoint: Endpoint): void {
    endpoint.subscribe(NoteSchema, ({ event, origin, missed }) => {
      this.notes.push([origin, String(event.number), event.text, missed]);
      this.noted();
    });
    endpoint.respond(Ask, ({ event }) => ({ by: endpoint.name, text: event.text }));
    endpoint.respond(Fail, ({ event }) => {
      throw new Error(event.text);
    });
    endpoint.subscribe(HangSchema, (received) => void this.kept.push(received));
    endpoint.respond(Touch, () => ({}));
  }

  private async ask({ type, text, to, timeout }: Command): Promise<Reply> {
    const request = REQUESTS.find(({ input }) => input.typeName === type) as RequestType | undefined;
    if (request === undefined) throw new Error(`${type} is no request`);
    const options: SendOptions = {
      ...(to !== undefined && { to }),
      ...(timeout !== undefined && { timeout }),
    };
    const message = create(request.input, (text === undefined ? {} : { text }) as Json);
    const answer = await this.running.request(request, message, options);
    return { value: toJson(request.output, answer) };
  }
}

function schemaNamed(name: string) {
  const schema = file_conformance.messages.find(({ typeName }) => typeName === name);
  if (schema === undefined) throw new Error(`no type ${name}`);
  return schema;
}
