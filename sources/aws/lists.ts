import { InputError } from "../../model/errors.js";
import { explain, isDenied } from "./failures.js";

/** What these credentials may not read, in words that an unknown names as its missing input. */
export interface Unread {
  readonly unread: string;
}

export type Reading<T> = readonly T[] | Unread;

export function isUnread(reading: object): reading is Unread {
  return "unread" in reading;
}

/** The items; none where they may not be read. */
export function itemsOf<T>(reading: Reading<T>): readonly T[] {
  return isUnread(reading) ? [] : reading;
}

/** Ten times the largest Region AWS's quotas allow by default; a list that never ends is no list. */
const mostPages = 1_000;
const longest = 10 * 60_000;

/** How a page says where the next one begins. */
interface Page {
  readonly NextToken?: string | undefined;
  readonly NextMarker?: string | undefined;
}

/** Reads lists page by page; when one fails, the others are given up. */
export class Lists {
  private readonly failed = new AbortController();
  /** For every call. */
  readonly options = { abortSignal: AbortSignal.any([AbortSignal.timeout(longest), this.failed.signal]) };

  constructor(private readonly region: string) {}

  /** @throws InputError when the call is refused, unreachable, or does not end. */
  async all<P extends Page, Item>(
    action: string,
    pages: AsyncIterable<P>,
    items: (page: P) => readonly Item[] | undefined,
  ): Promise<Item[]> {
    return this.guarded(action, () => drain(pages, items));
  }

  /**
   * The same of what an answer can be given without.
   * @param action with its service, as in `ec2:DescribeNetworkAcls`.
   * @throws InputError for every failure but a missing permission.
   */
  async allowed<P extends Page, Item>(
    action: string,
    pages: AsyncIterable<P>,
    items: (page: P) => readonly Item[] | undefined,
  ): Promise<Reading<Item>> {
    return this.once(action, () => drain(pages, items));
  }

  /** The same of a call that is no list. */
  async once<T>(action: string, call: () => Promise<T>): Promise<T | Unread> {
    return this.guarded(action.slice(action.indexOf(":") + 1), () =>
      call().catch((error: unknown) => {
        if (isDenied(error)) return notAllowed(action);
        throw error;
      }),
    );
  }

  /** @throws InputError in place of what the call throws. */
  async guarded<T>(action: string, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      this.failed.abort();
      throw explain(error, `aws:${this.region}`, action);
    }
  }
}

function notAllowed(action: string): Unread {
  return { unread: `not read: permission missing (${action})` };
}

/** Half a list would look like a closed firewall, so a list that does not end properly is an error. */
export async function drain<P extends Page, Item>(
  pages: AsyncIterable<P>,
  items: (page: P) => readonly Item[] | undefined,
): Promise<Item[]> {
  const all: Item[] = [];
  let count = 0;
  let token: string | undefined;
  for await (const page of pages) {
    const next = page.NextToken || page.NextMarker;
    if (++count > mostPages || (next && next === token)) {
      const mend = "Check AWS_ENDPOINT_URL: the EC2 API of AWS ends its lists.";
      throw new InputError("AWS endpoint", `a list does not end (after ${count} pages)`, mend);
    }
    token = next;
    for (const item of items(page) ?? []) all.push(item);
  }
  return all;
}
