import { DeadlineExceededError } from "../errors.js";
import { bounded } from "./options.js";

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
  const abort = () => controller.abort(signal!.reason);
  signal?.addEventListener("abort", abort, { once: true });
  const deadline = () => controller.abort(new DeadlineExceededError(what(), timeout));
  const timer = timeout === Infinity ? undefined : setTimeout(deadline, bounded(timeout));
  try {
    return await action(controller.signal);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
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
        signal?.removeEventListener("abort", abort);
        how();
      };
      const abort = () => settle(() => reject(signal!.reason as Error));
      const look = () => {
        try {
          if (condition()) settle(resolve);
        } catch (error) {
          settle(() => reject(error as Error));
        }
      };
      if (signal?.aborted) return abort();
      signal?.addEventListener("abort", abort);
      this.waiting.add(look);
      look();
    });
  }
}
