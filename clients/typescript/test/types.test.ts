/** What must not compile: each line below a `@ts-expect-error` is an error, or compiling this file is. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Endpoint, EventStream, Received } from "../src/index.js";
import { requestType } from "../src/index.js";
import { Room, type History, type HistorySchema, type GetHistorySchema } from "./gen/chat_pb.js";
import { AnswerSchema, AskSchema, ChoiceSchema, NoteSchema, type Answer } from "./gen/conformance_pb.js";

const Ask = requestType(AskSchema, AnswerSchema);

const Choose = { input: AskSchema, output: ChoiceSchema };

/** Never called. */
export async function types(endpoint: Endpoint): Promise<void> {
  const history: History = await endpoint.request(Room.method.getHistory, {});
  const answer: Answer = await endpoint.request(Ask, { text: "?" });
  // @ts-expect-error: the answer is a History
  const wrong: Answer = await endpoint.request(Room.method.getHistory, {});
  // @ts-expect-error: an event is no request
  await endpoint.request(NoteSchema, {});
  // @ts-expect-error: there is no such field
  await endpoint.request(Ask, { txt: "?" });
  // @ts-expect-error: 64-bit integers are bigint
  await endpoint.broadcast(NoteSchema, { number: 1 });
  await endpoint.broadcast(NoteSchema, { number: 1n });

  endpoint.respond(Ask, () => ({ text: "yes" }));
  endpoint.respond(Ask, async ({ event }) => ({ text: event.text }));
  endpoint.respond(Choose, () => ({ choice: { case: "number", value: 3 } }));
  endpoint.respond(Choose, async () => ({ choice: { case: "text", value: "three" } }));
  endpoint.respond(Choose, ({ event }) =>
    event.text ? { choice: { case: "text", value: event.text } } : { choice: { case: "number", value: 3 } },
  );
  endpoint.respond(Choose, async ({ event }) => {
    if (event.text) return { choice: { case: "text", value: event.text } };
    return { choice: { case: "number", value: 3 } };
  });
  endpoint.respond(Room.method.getHistory, () => ({ messages: [{ author: "me", text: "hi" }] }));
  // @ts-expect-error: a number is no text
  endpoint.respond(Choose, () => ({ choice: { case: "text", value: 3 } }));
  // @ts-expect-error: nor in a promise
  endpoint.respond(Choose, async () => ({ choice: { case: "text", value: 3 } }));
  // @ts-expect-error: an Answer has a text
  endpoint.respond(Ask, () => ({ messages: [] }));
  // @ts-expect-error: the promise of one too
  endpoint.respond(Ask, async () => ({ messages: [] }));
  // @ts-expect-error: a handler answers
  endpoint.respond(Ask, () => {});
  // @ts-expect-error: an event is not responded to
  endpoint.respond(NoteSchema, () => ({}));

  endpoint.subscribe(Ask, (request) => request.reply({ text: "yes" }));
  // @ts-expect-error: nor answered with another type
  endpoint.subscribe(Ask, (request) => request.reply({ messages: [] }));
  // @ts-expect-error: what is no request is not replied to
  endpoint.subscribe(NoteSchema, (note) => note.reply({}));
  endpoint.subscribe(NoteSchema, ({ event }) => event.number satisfies bigint);

  endpoint.stream(Room.method.getHistory) satisfies EventStream<
    typeof GetHistorySchema,
    typeof HistorySchema
  >;
  (await endpoint.waitFor(NoteSchema)) satisfies Received<typeof NoteSchema>;
  void [history, answer, wrong];
}

test("the types are what compiling this file has shown", () => assert.equal(typeof types, "function"));
