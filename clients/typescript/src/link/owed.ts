import type { Inflow } from "./inflow.js";

/**
 * A request of a peer's that is owed an answer. All who hold it here share it: the first answer wins,
 * and the failure is that of the last who gives up.
 */
export class Owed {
  holders = 0;
  /** It is answered, or failed. */
  isSettled = false;
  /** The peer does not wait any more; it still takes room here for as long as it is held. */
  isGivenUp = false;
  private listeners: (() => void)[] = [];

  constructor(readonly id: bigint | number, readonly inflow: Inflow, readonly cost: number) {}

  /** Whether nobody waits for an answer any more. */
  get isOver(): boolean {
    return this.isSettled || this.isGivenUp;
  }

  onOver(listener: () => void): void {
    if (this.isOver) listener();
    else this.listeners.push(listener);
  }

  giveUp(): void {
    this.isGivenUp = true;
    this.tell();
  }

  settle(): void {
    this.isSettled = true;
    this.tell();
  }

  private tell(): void {
    for (const listener of this.listeners.splice(0)) listener();
  }
}

