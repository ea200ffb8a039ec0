/** The last of what was pushed, so many at most; what comes beyond takes the place of the oldest. */
export class Ring<T> {
  readonly #most: number;
  #held: T[] = [];
  #oldest = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get length(): number {
    return this.#held.length;
  }

  /** Answers what had to make room. */
  push(value: T): T | undefined {
    if (this.#held.length < this.#most) {
      this.#held.push(value);
      return undefined;
    }
    const gone = this.#held[this.#oldest];
    this.#held[this.#oldest] = value;
    this.#oldest = (this.#oldest + 1) % this.#most;
    return gone;
  }

  /** Takes all of it out, the oldest first. */
  drain(): T[] {
    const taken = [...this.#held.slice(this.#oldest), ...this.#held.slice(0, this.#oldest)];
    this.#held = [];
    this.#oldest = 0;
    return taken;
  }
}
