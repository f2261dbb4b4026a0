import { spawn } from "node:child_process";
import { closeSync, existsSync, lstatSync, mkdirSync, openSync, rmSync } from "node:fs";
import type { Server } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { isMainThread } from "node:worker_threads";
import {
  InsecureDirectoryError,
  InvalidNameError,
  IoError,
  NameTakenError,
  PathTooLongError,
} from "../errors.js";
import { isEndpointName } from "../wire/names.js";

/** `sockaddr_un.sun_path` of Linux, less the NUL that ends it. */
const MAX_SOCKET_PATH = 107;
const BACKLOG = 1024;

/** The paths of one endpoint. */
export interface Place {
  readonly name: string;
  readonly directory: string;
  readonly socket: string;
  readonly lock: string;
}

/** Checks the name and the paths before anything is touched. */
export function placeOf(name: string, directory = defaultDirectory()): Place {
  if (!isEndpointName(name)) {
    throw new InvalidNameError(
      name,
      "endpoint's name: 1 to 64 of A-Z a-z 0-9 . _ -, not starting with . or -",
    );
  }
  const socket = join(directory, `${name}.ipc`);
  const length = Buffer.byteLength(socket);
  if (length > MAX_SOCKET_PATH) throw new PathTooLongError(socket, length, MAX_SOCKET_PATH);
  return { name, directory, socket, lock: join(directory, `${name}.lock`) };
}

function defaultDirectory(): string {
  const { LAHJA_DIR, XDG_RUNTIME_DIR } = process.env;
  return LAHJA_DIR || (XDG_RUNTIME_DIR ? join(XDG_RUNTIME_DIR, "lahja") : join(tmpdir(), `lahja-${uid()}`));
}

function uid(): number {
  return process.geteuid!();
}

/** Makes the directory if it is not there, and refuses one that others can tamper with. */
export function prepareDirectory(directory: string): void {
  attempt(`creating ${directory}`, () => makeDirectory(directory));
  checkDirectory(directory);
}

/** Folder by folder: where one can't be made, Node's own recursion may never end. */
function makeDirectory(path: string): void {
  if (existsSync(path)) return;
  makeDirectory(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another process may have been quicker.
    if (!existsSync(path)) throw error;
  }
}

/** Refuses a directory in which others could put, remove or replace sockets. */
export function checkDirectory(directory: string): void {
  const found = attempt(`looking at ${directory}`, () => lstatSync(directory));
  if (!found.isDirectory()) {
    throw new InsecureDirectoryError(directory, "it is no directory (a symbolic link is not followed)");
  }
  if (found.uid !== uid()) {
    throw new InsecureDirectoryError(
      directory,
      `it belongs to user ${found.uid}, this process runs as ${uid()}`,
    );
  }
  if ((found.mode & 0o022) !== 0) {
    const mode = (found.mode & 0o777).toString(8);
    throw new InsecureDirectoryError(
      directory,
      `others can write to it (mode ${mode}): use one that only you can, of mode 700`,
    );
  }
}

/** Undefined if nothing is there. */
export function ownerOf(path: string): number | undefined {
  return lstatSync(path, { throwIfNoEntry: false })?.uid;
}

export function isOwn(owner: number): boolean {
  return owner === uid();
}

/** The name of an endpoint, held by the lock on its file until it is released or the process ends. */
export class NameLock {
  private constructor(private readonly file: number, private readonly place: Place) {}

  static async take(place: Place): Promise<NameLock> {
    prepareDirectory(place.directory);
    const file = attempt(`opening ${place.lock}`, () => openSync(place.lock, "a", 0o600));
    try {
      if (!(await flock(file))) throw new NameTakenError(place.name, place.lock);
      return new NameLock(file, place);
    } catch (error) {
      closeSync(file);
      throw error;
    }
  }

  /** Removes a socket that a crash left, and listens with mode 0600 from birth. */
  bind(server: Server): Promise<void> {
    const { socket } = this.place;
    attempt(`removing ${socket}`, () => rmSync(socket, { force: true }));
    return new Promise((resolve, reject) => {
      server.once("error", (error) => reject(new IoError(`listening at ${socket}`, error)));
      withUmask(0o177, () => server.listen({ path: socket, backlog: BACKLOG }, resolve));
    });
  }

  /** Removes the socket, so that nobody connects any more. */
  unbind(server: Server): void {
    if (!server.listening) return;
    rmSync(this.place.socket, { force: true });
    server.close();
  }

  /** The lock file stays: removing it would let two processes lock two files of one name. */
  release(): void {
    closeSync(this.file);
  }
}

/**
 * Node has no flock. A lock belongs to the open file, which a child inherits: what `flock` of
 * util-linux locks for it stays locked for us when that has ended.
 */
function flock(file: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const failed = (why: unknown) =>
      reject(new IoError("locking with flock(1), of util-linux or busybox", why));
    const child = spawn("flock", ["-x", "-n", "3"], { stdio: ["ignore", "ignore", "pipe", file] });
    let said = "";
    child.stderr!.on("data", (text: Buffer) => (said += text.toString()));
    child.on("error", failed);
    child.on("close", (code) => {
      if (code === 0) resolve(true);
      else if (code === 1 && said === "") resolve(false);
      else failed(new Error(said.trim() || `it ended with ${code}`));
    });
  });
}

/**
 * Listening binds before it returns, so that nothing else of this thread sees the umask. In a worker
 * thread it can't be set: there the directory alone keeps others away.
 */
function withUmask(mask: number, action: () => void): void {
  if (!isMainThread) return action();
  const old = process.umask(mask);
  try {
    action();
  } finally {
    process.umask(old);
  }
}

function attempt<T>(what: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw new IoError(what, error);
  }
}
