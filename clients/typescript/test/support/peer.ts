/** An endpoint in a process of its own, told by its arguments what to do; it says what it has done. */
import { Endpoint, requestType } from "../../src/index.js";
import { AnswerSchema, AskSchema, HangSchema } from "../gen/conformance_pb.js";
import { BulkSchema, TickSchema } from "../gen/kinds_pb.js";

const [directory, name, role, to] = process.argv.slice(2) as [string, string, string, string?];
const endpoint = await Endpoint.serve(name, { directory }).catch((error: { code: string }) => {
  console.log(error.code);
  process.exit(3);
});
endpoint.respond(requestType(AskSchema, AnswerSchema), ({ event }) => ({
  by: String(process.pid),
  text: event.text,
}));
const held: unknown[] = [];
endpoint.subscribe(HangSchema, (request) => {
  held.push(request);
  console.log("holding");
});
if (role === "bulk") endpoint.subscribe(BulkSchema, () => {});
if (role === "connect") await endpoint.connectTo(to!);
console.log("ready");
if (role === "flood") {
  await endpoint.waitUntilAnyEndpointSubscribedTo(TickSchema);
  for (let number = 0n; ; number++) await endpoint.broadcast(TickSchema, { number });
}
process.on("SIGTERM", () => void endpoint.stop().then(() => process.exit(0)));
