/** Limits how many connections are open, in all and to one host. First come, first served among those that fit. */
export class Slots {
  private readonly used = new Map<string, number>();
  private readonly waiting: { host: string; start: () => void }[] = [];
  private total = 0;
  private leaving = 0;

  constructor(private readonly limit: { readonly total: number; readonly perHost: number }) {}

  /** Waits for a slot, runs the task in it and frees it. */
  async within<T>(host: string, task: () => Promise<T>): Promise<T> {
    if (!this.take(host)) await new Promise<void>((start) => this.waiting.push({ host, start }));
    return this.run(host, task);
  }

  /**
   * Runs tasks in order, in the caller's slot and in those that are free right now: no one waits for a second slot. The first
   * is the caller's own. Before a slot is used again `free` is waited for: a connection of the task before may be about to end.
   */
  async share(host: string, tasks: readonly (() => Promise<void>)[], free: () => Promise<void>): Promise<void> {
    const queue = [...tasks];
    const work = async () => {
      for (let task = queue.shift(); task; task = queue.shift()) {
        await task();
        if (queue.length > 0) await free();
      }
    };
    const all = [work()];
    while (queue.length > 0 && this.take(host)) all.push(this.run(host, work));
    await Promise.all(all);
  }

  /**
   * Runs the end of a task that only waits for the other side's last answers or its goodbye: it still counts to its host, but as
   * long as no more than `total` leave at a time another may begin. So twice `total` may be open.
   */
  async leave<T>(task: () => Promise<T>): Promise<T> {
    if (this.leaving >= this.limit.total) return task();
    this.leaving++;
    this.total--;
    this.startNext();
    try {
      return await task();
    } finally {
      this.leaving--;
      this.total++;
    }
  }

  private async run<T>(host: string, task: () => Promise<T>): Promise<T> {
    try {
      return await task();
    } finally {
      this.free(host);
    }
  }

  private take(host: string): boolean {
    const used = this.used.get(host) ?? 0;
    if (this.total >= Math.max(1, this.limit.total) || used >= Math.max(1, this.limit.perHost)) return false;
    this.total++;
    this.used.set(host, used + 1);
    return true;
  }

  private free(host: string): void {
    this.total--;
    const left = (this.used.get(host) ?? 1) - 1;
    if (left > 0) this.used.set(host, left);
    else this.used.delete(host);
    this.startNext();
  }

  private startNext(): void {
    const next = this.waiting.findIndex((each) => this.take(each.host));
    this.waiting.splice(next, next < 0 ? 0 : 1)[0]?.start();
  }
}
