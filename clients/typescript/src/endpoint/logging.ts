import { messageOf } from "../errors.js";

/** Where failed handlers and the like are told. */
export type Logger = Pick<Console, "warn" | "error">;

const PER_SECOND = 10;

/** A logger that a peer can't flood: of more lines in a second it says how many there were. */
export function limited(logger: Logger): Logger {
  return {
    warn: limit((...line) => logger.warn(...line)),
    error: limit((...line) => logger.error(...line)),
  };
}

function limit(log: (...line: unknown[]) => void): (...line: unknown[]) => void {
  // Whoever logs has other work to finish, so that it does not get what a logger throws.
  const say = (...line: unknown[]) => {
    try {
      log(...line);
    } catch (error) {
      process.emitWarning(`lahja: the logger failed: ${messageOf(error)}`);
    }
  };
  let begun = 0;
  let lines = 0;
  return (...line) => {
    if (performance.now() - begun >= 1000) {
      if (lines > PER_SECOND) say(`lahja: ${lines - PER_SECOND} further lines were left out`);
      begun = performance.now();
      lines = 0;
    }
    lines += 1;
    if (lines <= PER_SECOND) say(...line);
  };
}
