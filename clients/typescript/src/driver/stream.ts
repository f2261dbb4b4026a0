import type { Socket } from "node:net";
import type { FrameReader } from "../wire/frames.js";

/** Resolves when the event loop has looked at all sockets once more. */
export async function nextTurn(): Promise<void> {
  // One may come before the sockets are polled; between two they were.
  for (let i = 0; i < 2; i++) await new Promise((resolve) => setImmediate(resolve));
}

/**
 * Lets a socket be read to its end although writing failed: what a peer sent before it died is still
 * to be had, which Node would throw away with the socket. Calls `failed` instead.
 */
export function keepReading(socket: Socket, failed: (error: Error) => void): void {
  type Done = (error?: Error | null) => void;
  const forgiving = (done: Done): Done => (error) => (error && failed(error), done());
  const { _write, _writev } = socket;
  socket._write = (chunk, encoding, done) => _write.call(socket, chunk, encoding, forgiving(done));
  if (_writev) socket._writev = (chunks, done) => _writev.call(socket, chunks, forgiving(done));
}

/** A stream on which hellos are exchanged, before there is a link that takes it over. */
export class Stream {
  hasEnded = false;
  private wake: (() => void) | undefined;
  private readonly onData = (chunk: Buffer) => (this.reader.push(chunk), this.wake?.());
  private readonly onEnd = () => ((this.hasEnded = true), this.wake?.());

  constructor(readonly socket: Socket, readonly reader: FrameReader) {
    socket.on("data", this.onData).on("end", this.onEnd).on("close", this.onEnd).on("error", this.onEnd);
  }

  /** Resolves at the next bytes, or at the end. */
  change(): Promise<void> {
    return new Promise((resolve) => (this.wake = resolve));
  }

  wakeUp(): void {
    this.wake?.();
  }

  /** Lets go of the socket's events, for whoever takes it over. */
  release(): Socket {
    const { socket } = this;
    return socket
      .off("data", this.onData)
      .off("end", this.onEnd)
      .off("close", this.onEnd)
      .off("error", this.onEnd);
  }
}
