import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { LONG, World, folder } from "./support/endpoints.js";

const index = new URL("../src/index.js", import.meta.url).href;
const kinds = new URL("gen/kinds_pb.js", import.meta.url).href;

/** Runs a program with `Endpoint` and the events of kinds.proto until it ends by itself. */
async function run(
  t: TestContext,
  directory: string,
  program: string,
): Promise<{ code: number | null; said: string }> {
  const imports = `import { Endpoint } from "${index}"; import * as kinds from "${kinds}";
    const logger = { warn() {}, error() {} };
    const options = { directory: ${JSON.stringify(directory)}, drainTimeout: 300, logger };`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", imports + program], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  t.after(() => child.kill("SIGKILL"));
  let said = "";
  for (const output of [child.stdout, child.stderr])
    output.setEncoding("utf8").on("data", (text: string) => (said += text));
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { code, said };
}

test("an endpoint that has stopped lets its process end", { timeout: LONG }, async (t) => {
  const world = new World(t);
  await world.serve("bob");
  const { code, said } = await run(t, world.directory, `
    const alice = await Endpoint.serve("alice", options);
    await alice.connectTo("bob");
    const stream = alice.stream(kinds.TickSchema);
    await alice.broadcast(kinds.TickSchema, {});
    await alice.connectTo("nobody", { timeout: 10 }).catch((error) => console.log(error.code));
    await alice.stop();
    console.log("stopped");`);
  assert.deepEqual([code, said], [0, "deadline_exceeded\nstopped\n"]);
});

test("so does one whose peer reads nothing any more", { timeout: LONG }, async (t) => {
  const directory = folder(t);
  const peer = spawn(
    process.execPath,
    [fileURLToPath(new URL("support/peer.js", import.meta.url)), directory, "bob", "bulk"],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  t.after(() => peer.kill("SIGKILL"));
  for await (const line of createInterface({ input: peer.stdout })) if (line === "ready") break;
  const { code, said } = await run(t, directory, `
    const alice = await Endpoint.serve("alice", options);
    await alice.connectTo("bob");
    await alice.waitUntilEndpointSubscribedTo("bob", kinds.BulkSchema);
    process.kill(${peer.pid}, "SIGSTOP");
    await alice.broadcast(kinds.BulkSchema, { data: new Uint8Array(4_000_000) });
    console.log(JSON.stringify(await alice.stop()));`);
  assert.deepEqual([code, said], [0, '{"unconfirmed":[{"endpoint":"bob","events":1}]}\n']);
});

test(
  "one that was forgotten keeps its process, and one that does not listen does not",
  { timeout: LONG },
  async (t) => {
    const directory = folder(t);
    const { code, said } = await run(
      t,
      directory,
      `
    await Endpoint.start("alice", options);
    console.log("started");`,
    );
    assert.deepEqual([code, said], [0, "started\n"]);
    const kept = await run(
      t,
      directory,
      `
    await Endpoint.serve("alice", options);
    setTimeout(() => process.exit(7), 200);`,
    );
    assert.equal(kept.code, 7);
  },
);

test("nothing warns of many endpoints, streams and waits on one signal", { timeout: LONG }, async (t) => {
  const { code, said } = await run(
    t,
    folder(t),
    `
    const { signal } = new AbortController();
    const names = Array.from({ length: 30 }, (_, i) => "e" + i);
    const endpoints = await Promise.all(names.map((name) => Endpoint.serve(name, options)));
    const later = (endpoint) => names.filter((name) => name > endpoint.name);
    await Promise.all(endpoints.map((endpoint) => endpoint.connectTo(later(endpoint), { signal })));
    const streams = endpoints.map((endpoint) => endpoint.stream(kinds.TickSchema, { signal }));
    await endpoints[0].waitUntilAllEndpointsSubscribedTo(kinds.TickSchema);
    console.log((await endpoints[0].broadcast(kinds.TickSchema, {})).count);
    for (const stream of streams) for await (const event of stream) break;
    const stopped = await Promise.all(endpoints.map((endpoint) => endpoint.stop()));
    console.log(stopped.flatMap(({ unconfirmed }) => unconfirmed).length);`,
  );
  assert.deepEqual([code, said], [0, "30\n0\n"]);
});
