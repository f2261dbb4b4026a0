/**
 * The adapter of the conformance kit: takes commands on standard input and answers them on standard
 * output, one JSON object a line, as proto/conformance/README.md says.
 */
import { createInterface } from "node:readline";
import { LahjaError } from "../src/index.js";
import { CODEC } from "./adapter/codec.js";
import { Live } from "./adapter/live.js";
import type { Command, Reply } from "./adapter/command.js";

const live = new Live();

async function run(line: string): Promise<Reply> {
  const command = JSON.parse(line) as Command;
  const codec = CODEC[command.do];
  if (codec !== undefined) return codec(command);
  try {
    return await live.run(command);
  } catch (error) {
    if (error instanceof LahjaError)
      return { failed: FAILED.has(error.code) ? error.code : "other", message: error.message };
    throw error;
  }
}

const FAILED = new Set([
  "no_subscribers",
  "rejected",
  "disconnected",
  "unanswered",
  "handler_failed",
  "decode_failed",
  "shutting_down",
  "unexpected_response",
  "deadline_exceeded",
  "too_large",
]);

for await (const line of createInterface({ input: process.stdin })) {
  const reply = await run(line).catch((error: unknown) => ({
    error: String((error as Error).stack ?? error),
  }));
  process.stdout.write(`${JSON.stringify(reply)}\n`);
}
await live.stop();
process.exit(0);
