import { DeadlineExceededError } from "../errors.js";
import { bounded } from "./options.js";
import { onAbort } from "./signals.js";

/** How long to wait, and what ends it sooner. */
export interface WaitOptions {
  signal?: AbortSignal | undefined;
  /** In milliseconds. */
  timeout?: number | undefined;
}

/** Runs `action` until it settles, the signal is aborted, or the time has passed. */
export async function within<T>(
  { signal, timeout = Infinity }: WaitOptions, what: () => string, action: (over: AbortSignal) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const controller = new AbortController();
  const release = onAbort(signal, () => controller.abort(signal!.reason));
  const deadline = () => controller.abort(new DeadlineExceededError(what(), timeout));
  const timer = timeout === Infinity ? undefined : setTimeout(deadline, bounded(timeout));
  try {
    return await action(controller.signal);
  } finally {
    clearTimeout(timer);
    release();
  }
}

/** Those who wait until something holds; they look whenever something has changed. */
export class Waiters {
  private readonly waiting = new Set<() => void>();

  changed(): void {
    for (const look of this.waiting) look();
  }

  /** Resolves once `condition` holds; what it throws, and the signal's reason, reject. */
  until(condition: () => boolean, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (how: () => void) => {
        this.waiting.delete(look);
        release();
        how();
      };
      const look = () => {
        try {
          if (condition()) settle(resolve);
        } catch (error) {
          settle(() => reject(error as Error));
        }
      };
      if (signal?.aborted) return reject(signal.reason as Error);
      const release = onAbort(signal, () => settle(() => reject(signal!.reason as Error)));
      this.waiting.add(look);
      look();
    });
  }
}
