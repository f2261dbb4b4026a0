import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { test, type TestContext } from "node:test";
import { eventually, folder, LONG } from "./support/endpoints.js";
import { packageFolder } from "./support/repository.js";
import { Endpoint } from "../src/index.js";
import { MessagePostedSchema, Room } from "./gen/chat_pb.js";

const readme = readFileSync(join(packageFolder, "README.md"), "utf8");

/** The blocks of a language, each with the path that its first line names. */
function blocks(language: string): { path: string; text: string }[] {
  const found = readme.matchAll(
    new RegExp("^```" + language + "\\n(?:(?://|#) (\\S+?)(?::.*)?\\n)?([^]*?)^```", "gm"),
  );
  return [...found].map(([, path = "", text = ""]) => ({ path, text }));
}

/** A project as the README has its reader make it, with the package in place of what npm would install. */
function project(t: TestContext): string {
  const path = mkdtempSync(join(packageFolder, "readme-"));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  writeFileSync(join(path, "package.json"), '{"type":"module"}');
  mkdirSync(join(path, "node_modules"));
  symlinkSync(packageFolder, join(path, "node_modules/lahja-client"));
  for (const name of ["@bufbuild", "@types", "typescript", ".bin"]) {
    symlinkSync(join(packageFolder, "node_modules", name), join(path, "node_modules", name));
  }
  return path;
}

/** Writes the blocks to where their first lines say. */
function write(path: string, ...blocks: { path: string; text: string }[]): void {
  for (const block of blocks) {
    mkdirSync(join(path, dirname(block.path)), { recursive: true });
    writeFileSync(join(path, block.path), block.text);
  }
}

function run(path: string, command: string, env: NodeJS.ProcessEnv = {}): string {
  const { status, stdout, stderr } = spawnSync("sh", ["-c", command], {
    cwd: path,
    encoding: "utf8",
    env: { ...process.env, ...env },
  });
  assert.equal(status, 0, `${command}:\n${stdout}${stderr}`);
  return stdout;
}

/** Starts a program beside this one, with its endpoints in `directory`. */
function begin(path: string, program: string, directory: string) {
  return spawn(process.execPath, [program], {
    cwd: path,
    env: { ...process.env, LAHJA_DIR: directory },
    stdio: ["ignore", "pipe", "inherit"],
  });
}

test("the README's programs do what it says", { timeout: 6 * LONG }, async (t) => {
  const path = project(t);
  const [generate, compile, start] = blocks("sh")
    .map(({ text }) => text.trim().split("\n"))
    .find(([first]) => first === "npx buf generate")!;
  const [hello, guest] = blocks("text").map(({ text }) => text);
  const [main, second, third] = blocks("ts");
  write(path, ...blocks("proto"), ...blocks("yaml"), ...blocks("jsonc"), main!);
  run(path, generate!);
  run(path, compile!);
  assert.equal(run(path, start!, { LAHJA_DIR: folder(t) }), hello);

  const directory = folder(t);
  const room = await chatRoom(directory);
  t.after(() => room.stop());
  write(path, second!);
  copyFileSync(join(packageFolder, "build/proto/chat.proto"), join(path, "proto/chat.proto"));
  run(path, generate!);
  run(path, compile!);
  const visitor = begin(path, "dist/guest.js", directory);
  let said = "";
  for await (const text of visitor.stdout) said += text;
  assert.equal(said, guest);

  write(path, third!);
  run(path, compile!);
  const service = begin(path, "dist/service.js", directory);
  t.after(() => service.kill("SIGKILL"));
  const ended = once(service, "close");
  let heard = "";
  service.stdout.setEncoding("utf8").on("data", (text: string) => (heard += text));
  await eventually(() => heard === "connected\n");
  await room.stop();
  const again = await chatRoom(directory);
  t.after(() => again.stop());
  await eventually(() => heard === "connected\nconnected\n");
  service.kill("SIGTERM");
  assert.deepEqual(await ended, [0, null]);
  assert.equal(heard, "connected\nconnected\nstopped\n");
  assert(!existsSync(join(directory, "service.ipc")));
});

/** The room of the examples, which is in Rust, as far as the guest can tell. */
async function chatRoom(directory: string): Promise<Endpoint> {
  const room = await Endpoint.serve("chat-room", { directory });
  const messages: { author: string; text: string }[] = [];
  room.respond(Room.method.getHistory, () => ({ messages }));
  room.respond(Room.method.post, async ({ event, origin }) => {
    messages.push({ author: origin, text: event.text });
    await room.broadcast(MessagePostedSchema, { author: origin, text: event.text });
    return {};
  });
  return room;
}
