/** One line of a conversation on the wire; credentials and SASL answers are masked before they get here. */
export interface WireLine {
  /** Milliseconds since the connection attempt began. */
  readonly at: number;
  /** `>` sent by us, `<` received, `*` an event (connected, TLS established, timed out). */
  readonly by: ">" | "<" | "*";
  readonly text: string;
}

/**
 * Why a fact holds and where that stands.
 * `code`: planned definitions. `default`: no line set it, the product's own default holds. `cloud`: a deployed
 * resource. `wire`: a conversation we had, or one that another scanner tells of.
 */
export interface Evidence {
  readonly kind: "code" | "default" | "cloud" | "wire";
  /** `file:line`, `URN#property.path`, an ARN or resource id, `host:port (address)`, the product and version, or `file (scanner, date): host:port`. */
  readonly at: string;
  /** One sentence. It names settings and paths; it never holds a secret or an unread property value of a mail resource. */
  readonly says: string;
  /** For packet filters: the layer this rule stands on and what it does. */
  readonly layer?: { readonly name: string; readonly decision: "allow" | "deny" | "unknown" };
  /** The server ends with it before it serves anyone. */
  readonly stops?: true;
  /** Who saw it on the wire and when, where it was no probe of this run: `sslyze 6.3.1, 2026-11-27T12:00:00Z`. */
  readonly by?: string;
  readonly transcript?: readonly WireLine[];
}
