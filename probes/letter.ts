/** One message to an address whose owner asked for it, through one endpoint. It is handed out once, whatever comes of it. */
export class Letter {
  private sent = false;

  constructor(
    /** The endpoint's subject. */
    readonly through: string,
    readonly from: string,
    readonly to: string,
  ) {}

  /** True the first time, for the one who may send it. */
  claim(): boolean {
    const first = !this.sent;
    this.sent = true;
    return first;
  }
}
