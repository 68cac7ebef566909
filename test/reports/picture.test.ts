import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { drawReach } from "../../reports/picture.js";
import type { Way } from "../../reports/reach.js";
import { lacksChromium, startChromium } from "../setup/chromium.js";
import { describeWith } from "../setup/real-part.js";

const hostile = `<script>document.title="run"</script>]]>-->"'&amp;\\N\\l <img src=x onerror=alert(1)> \u202e${"x".repeat(300)}`;

const layer = (name: string, verdict: Way["verdict"], rules = 1): Way["layers"][number] => ({
  layer: name,
  verdict,
  decidedBy: Array.from({ length: rules }, (_, i) => ({
    rule: `main.tf:${i + 1}`,
    evidence: "lets in tcp 587 from anyone",
  })),
});

const way: Way = {
  subject: "mail.example.com:587",
  port: 587,
  protocol: "tcp",
  verdict: "closed",
  direction: "in",
  sources: { ipv4: ["192.0.2.0/24"], ipv6: [] },
  destinations: { ipv4: [], ipv6: [] },
  layers: [layer("route", "open"), layer("network ACL", "unknown", 5), layer("security group", "closed")],
  blockers: ["security group"],
  minimalChange: ["security group: add a rule"],
  missing: [],
};
const attacked: Way = {
  ...way,
  subject: hostile,
  layers: [{ layer: hostile, verdict: "partial", decidedBy: [{ rule: hostile, evidence: hostile }] }],
  minimalChange: [hostile],
};

describe("the picture of a way", () => {
  it("names the peers, every layer with its mark and rules, and the machine", async () => {
    const texts = [...(await drawReach([way], "anyone")).matchAll(/<text[^>]*>([^<]*)</g)].map(([, text]) => text);
    expect(texts).toEqual([
      "anyone on TCP 587",
      "✓ route: open",
      "main.tf:1: lets in tcp 587 from anyone",
      "? network ACL: undecided",
      ...[1, 2, 3].map((line) => `main.tf:${line}: lets in tcp 587 from anyone`),
      "and 2 more rules",
      "✗ security group: closed",
      "main.tf:1: lets in tcp 587 from anyone",
      "✗ mail.example.com:587",
      "closed",
    ]);
  });

  it("starts at the machine where the way leads out", async () => {
    const svg = await drawReach([{ ...way, direction: "out", layers: [] }], "anyone");
    expect(svg.indexOf("mail.example.com:587</text>")).toBeLessThan(svg.indexOf("anyone on TCP 587</text>"));
  });
});

interface Seen {
  readonly boxes: number;
  readonly spills: readonly string[];
  readonly contrasts: readonly number[];
  readonly role: string;
  readonly labels: readonly string[];
}

describeWith(lacksChromium())("in a browser", () => {
  const directory = mkdtempSync(join(tmpdir(), "port587-picture-"));
  let browser: Browser;
  beforeAll(async () => {
    browser = await startChromium();
  }, 600_000);
  afterAll(async () => {
    await browser?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  /** Opens the picture by itself, and collects what it asks the network for. */
  async function opened(ways: readonly Way[], colorScheme: "light" | "dark") {
    const file = join(directory, "way.svg");
    writeFileSync(file, await drawReach(ways, "anyone"));
    const page = await browser.newPage({ colorScheme });
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    await page.goto(`file://${file}`);
    return { page, asked: asked.slice(1) };
  }

  it.each(["light", "dark"] as const)(
    "is read in %s: every text in its box, with contrast, titled and described",
    async (scheme) => {
      const { page } = await opened([way], scheme);
      const seen = (await page.evaluate(String.raw`(() => {
        const channel = (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
        const luminance = (colour) => {
          const [r = 0, g = 0, b = 0] = (colour.match(/\d+/g) ?? []).map((each) => channel(Number(each) / 255));
          return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const nodes = [...document.querySelectorAll('.node')];
        return {
          boxes: nodes.length,
          spills: nodes.flatMap((node) => {
            const box = node.querySelector('path')?.getBoundingClientRect();
            return [...node.querySelectorAll('text')]
              .filter((text) => {
                const { left, right, top, bottom } = text.getBoundingClientRect();
                return !box || left < box.left || right > box.right || top < box.top || bottom > box.bottom;
              })
              .map((text) => text.textContent);
          }),
          contrasts: nodes.map((node) => {
            const fill = (selector) =>
              luminance(getComputedStyle(node.querySelector(selector)).fill);
            const [high = 0, low = 0] = [fill('path'), fill('text')].sort((a, b) => b - a);
            return (high + 0.05) / (low + 0.05);
          }),
          role: document.documentElement.getAttribute('role'),
          labels: document.documentElement
            .getAttribute('aria-labelledby')
            ?.split(' ')
            .map((id) => document.getElementById(id)?.textContent),
        };
      })()`)) as Seen;
      expect(seen).toMatchObject({ boxes: 5, spills: [], role: "img" });
      expect(Math.min(...seen.contrasts)).toBeGreaterThan(4.5);
      expect(seen.labels[0]).toBe("mail.example.com:587 is closed for anyone");
      expect(seen.labels[1]).toMatch(/security group: closed; main\.tf:1: .*To open it: security group: add a rule\./);
      await page.close();
    },
  );

  it("shows hostile names as text: nothing runs, nothing is fetched", async () => {
    const { page, asked } = await opened([attacked], "light");
    const kinds = await page.evaluate("[...document.querySelectorAll('*')].map(({ tagName }) => tagName)");
    const drawn = ["desc", "g", "path", "polygon", "rect", "style", "svg", "text", "title"];
    expect([...new Set(kinds as string[])].sort()).toEqual(drawn);
    const text = await page.evaluate(
      "[...document.querySelectorAll('.node text')].map((each) => each.textContent).join('')",
    );
    expect(text).toContain("<script>");
    expect(text).toContain("&amp;\\N\\l");
    expect(text).toContain("\\u202e");
    expect(asked).toEqual([]);
    await page.close();
  });
});
