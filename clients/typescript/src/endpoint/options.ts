import { InvalidOptionError } from "../errors.js";
import { loadCompressor } from "../wire/snappy.js";
import { DEFAULT_MAX_FRAME_LEN, FRAME_LIMIT_BEFORE_HELLO } from "../wire/limits.js";
import { limited, type Logger } from "./logging.js";

/** The limits of an endpoint. Times are in milliseconds, sizes in bytes. */
export interface EndpointOptions {
  /** Of the sockets: its own, and those that it connects to. By default as the README says. */
  directory?: string;
  /** The largest frame that it accepts: 16 MiB. */
  maxFrameLen?: number;
  /** Of each type, how much may be under way to it on each connection: 1 MiB. */
  window?: number;
  /** Events wait while more of them is unwritten on a connection: 1 MiB. */
  unwrittenEvents?: number;
  /** A peer that leaves more answers and control unread is disconnected: 32 MiB. */
  unwrittenControl?: number;
  /** Compresses larger events for peers that take it. Needs the package `snappyjs`. Off by default. */
  compressAbove?: number;
  handshakeTimeout?: number;
  connectTimeout?: number;
  requestTimeout?: number;
  broadcastTimeout?: number;
  drainTimeout?: number;
  /** Requests that each `respond` handles at a time: 64. */
  handlers?: number;
  /** Where failed handlers and the like are told, up to 10 lines a second: the console. */
  logger?: Logger;
}

export interface Settings extends Required<Omit<EndpointOptions, "directory" | "compressAbove">> {
  readonly directory: string | undefined;
  readonly compress: ((payload: Uint8Array) => Uint8Array | undefined) | undefined;
}

const MIB = 1024 * 1024;
/** What timers take: some 24 days. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;

export function settingsOf({ directory, compressAbove, ...given }: EndpointOptions): Settings {
  const defaults = {
    maxFrameLen: DEFAULT_MAX_FRAME_LEN, window: MIB, unwrittenEvents: MIB, unwrittenControl: 32 * MIB,
    handshakeTimeout: 5_000, connectTimeout: 10_000, requestTimeout: 10_000, broadcastTimeout: 5_000,
    drainTimeout: 5_000, handlers: 64,
  };
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  for (const option of Object.keys(set)) {
    if (option !== "logger" && !(option in defaults))
      throw new InvalidOptionError(option, "there is no such option");
  }
  const logger = limited(given.logger ?? console);
  const settings = { ...defaults, ...set, logger, directory, compress: compressor(compressAbove) };
  checkRange(settings, "maxFrameLen", FRAME_LIMIT_BEFORE_HELLO, 2 ** 32 - 1);
  for (const option of ["window", "handlers", "unwrittenEvents", "unwrittenControl"] as const) {
    checkRange(settings, option, 1, Number.MAX_SAFE_INTEGER);
  }
  for (const option of Object.keys(defaults).filter((name) => name.endsWith("Timeout"))) {
    checkRange(settings, option as keyof typeof defaults, 0, Infinity);
  }
  return settings;
}

/** A time as timers take it: `Infinity` is a way to say forever. */
export function bounded(timeout: number): number {
  return Math.min(Math.max(timeout, 0), LONGEST_TIMEOUT);
}

function checkRange<Option extends string>(
  settings: Record<Option, number>,
  option: Option,
  least: number,
  most: number,
): void {
  const value = settings[option];
  if (typeof value !== "number" || !(value >= least && value <= most)) {
    throw new InvalidOptionError(option, `${value} is not from ${least} to ${most}`);
  }
}

function compressor(above: number | undefined): Settings["compress"] {
  if (above === undefined) return undefined;
  checkRange({ compressAbove: above }, "compressAbove", 0, Number.MAX_SAFE_INTEGER);
  const compress = loadCompressor();
  return (payload) => {
    if (payload.length <= above) return undefined;
    const block = compress(payload);
    return block.length < payload.length ? block : undefined;
  };
}
