import { signAt, type Token, type Tokens } from "./nftables-tokens.js";

/** Something that is written in nftables' syntax but not read here. */
export class Unread extends Error {}

/** Reads words one after the other. */
export class Cursor {
  protected next = 0;

  constructor(protected readonly tokens: Tokens) {}

  get done(): boolean {
    return this.next >= this.tokens.length;
  }

  get at(): string {
    return (this.tokens.at(Math.min(this.next, this.tokens.length - 1)) as Token).at;
  }

  protected expect(sign: string): void {
    if (!this.isNext(sign)) throw new Unread();
    this.next++;
  }

  protected isNext(sign: string): boolean {
    return signAt(this.tokens, this.next) === sign;
  }

  protected peek(ahead = 0): string {
    const token = this.tokens.at(this.next + ahead);
    return token && !token.quoted ? token.text : "";
  }

  protected take(): Token {
    const token = this.tokens.at(this.next);
    if (!token) throw new Unread();
    this.next++;
    return token;
  }
}
