/** Takes a seat of the benchmark with lahja-client: see src/seat.rs for the other side. */
import { createInterface } from "node:readline";

const built = new URL("../../target/clients/typescript/dist/", import.meta.url);
const { Endpoint } = await import(new URL("src/index.js", built));
const { Bench, SampleSchema } = await import(new URL("test/gen/bench_pb.js", built));

const STRIDE = 16;
/** Two fixed64 with their tags, and the tag and length of the payload. */
const SPELLED = 20;
/** The last event says how many there were before it, as its time. */
const END = 2n ** 64n - 1n;

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const now = process.hrtime.bigint;

const say = (line) => process.stdout.write(`${line}\n`);

/** The next line of the process that started this one; undefined at the end. */
const heard = async () => (await lines.next()).value;

async function done(report) {
  const numbers = { start: null, end: null, latency: null, ...report };
  say(`done ${JSON.stringify(numbers, (_, value) => (typeof value === "bigint" ? Number(value) : value))}`);
  while ((await heard()) !== undefined);
}

async function send(endpoint, receivers, payload, nanos) {
  say("listening");
  const isComplete = () => endpoint.connections().filter(({ subscriptions }) => subscriptions.length > 0).length === receivers;
  while (!isComplete()) await new Promise((resolve) => setTimeout(resolve, 1));
  say("ready");
  await heard();
  const start = now();
  const until = start + nanos;
  let number = 0n;
  for (let time = start; time < until; time = now()) {
    for (let i = 0; i < STRIDE; i++) await endpoint.broadcast(SampleSchema, { number: number++, time, payload });
  }
  await endpoint.broadcast(SampleSchema, { number: END, time: number });
  await done({ start, events: number });
}

async function receive(endpoint, payload) {
  let events = 0n;
  const ended = new Promise((resolve, reject) => {
    endpoint.subscribe(SampleSchema, ({ event }) => {
      if (event.number === END) {
        if (event.time === events) return resolve(now());
        return reject(new Error(`of ${event.time} events ${events} came`));
      }
      if (event.number !== events || event.payload.length !== payload.length) {
        reject(new Error(`event ${event.number} came in place of ${events}`));
      }
      events += 1n;
    });
  });
  await endpoint.connectTo("host");
  say("ready");
  await done({ end: await ended, events });
}

async function answer(endpoint) {
  endpoint.respond(Bench.method.ask, ({ event }) => event);
  say("listening");
  say("ready");
  while ((await heard()) !== undefined);
}

async function ask(endpoint, payload, inFlight, nanos) {
  await endpoint.connectTo("host");
  await endpoint.waitUntilEndpointSubscribedTo("host", Bench.method.ask);
  say("ready");
  await heard();
  const latencies = [];
  let number = 0n;
  const start = now();
  const lane = async () => {
    for (let time = now(); time < start + nanos; time = now()) {
      const mine = number++;
      const sample = await endpoint.request(Bench.method.ask, { number: mine, time, payload });
      if (sample.number !== mine) throw new Error(`${mine} was answered with ${sample.number}`);
      latencies.push(Number(now() - time) / 1e3);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  const end = now();
  latencies.sort((a, b) => a - b);
  const at = (part) => latencies[Math.floor(latencies.length * part)];
  await done({ start, end, events: latencies.length, latency: { median: at(0.5), p99: at(0.99) } });
}

const { role, place, work, time } = JSON.parse(process.env.LAHJA_BENCH_JOB);
const payload = new Uint8Array(work.len - SPELLED);
const nanos = BigInt(time.secs) * 1_000_000_000n + BigInt(time.nanos);
const requests = work.kind.Requests;
const isHost = role === "Host";
const endpoint = await Endpoint.serve(isHost ? "host" : `guest-${role.Guest}`, { directory: place });
if (isHost) await (requests ? answer(endpoint) : send(endpoint, work.kind.Flow.receivers, payload, nanos));
else await (requests ? ask(endpoint, payload, requests.in_flight, nanos) : receive(endpoint, payload));
await endpoint.stop();
process.exit(0);
