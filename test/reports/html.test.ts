import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { lacksChromium, startChromium } from "../setup/chromium.js";
import { describeWith } from "../setup/real-part.js";
import { emptyReport, hostile, plainReport, sampleReport, statuses, unknownReport, verdicts } from "./sample-report.js";
import { textOf } from "./styles.js";

const reports = { sample: sampleReport, plain: plainReport, empty: emptyReport, unknown: unknownReport } as const;
type ReportName = keyof typeof reports;
const names = Object.keys(reports) as ReportName[];

describeWith(lacksChromium())("the HTML report in a browser", () => {
  let browser: Browser;
  let directory: string;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "port587-html-"));
    for (const name of names) writeFileSync(join(directory, `${name}.html`), textOf("html", reports[name]));
    browser = await startChromium();
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  const address = (name: ReportName) => pathToFileURL(join(directory, `${name}.html`)).href;

  async function open(name: ReportName, options: Parameters<Browser["newPage"]>[0] = {}): Promise<Page> {
    const page = await browser.newPage(options);
    await page.goto(address(name));
    return page;
  }

  it.each(names)("%s: asks the network for nothing and reports no error", async (name) => {
    const page = await browser.newPage();
    const requests: string[] = [];
    const complaints: string[] = [];
    page.on("request", (request) => requests.push(request.url()));
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    await page.goto(address(name), { waitUntil: "load" });
    expect(requests).toEqual([address(name)]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it("shows what a hostile server sent as text and as nothing else", async () => {
    const page = await open("sample");
    expect(await page.title()).toBe("Mail submission audit, 2026-11-24 (port587)");
    expect(await page.locator("script, img, iframe, object, form, svg").count()).toBe(0);
    expect(await page.locator("h1").allTextContents()).toEqual(["Mail submission audit"]);
    const text = await page.locator("body").textContent();
    expect(text).toContain(hostile.script);
    expect(text).toContain("\\u202egpj.exe");
    expect(text).toContain("before\\x00after");
    expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u200b]/);
    await page.close();
  });

  it("would not run a script even if one slipped through: the policy forbids it", async () => {
    const page = await open("empty");
    await page.evaluate(`{
      const script = document.createElement("script");
      script.textContent = "document.title = 'owned'";
      document.body.append(script);
    }`);
    expect(await page.title()).not.toBe("owned");
    await page.close();
  });

  it("cuts a banner of 100 KB and says how long it was", async () => {
    const page = textOf("html", sampleReport);
    expect(page.length).toBeLessThan(200_000);
    expect(page).toContain("(102404 characters in all)");
  });

  it.each(names)("%s: the counts on the page are those of the data", async (name) => {
    const page = await open(name, { javaScriptEnabled: false });
    const { findings, summary } = reports[name];
    const tiles = await page.getByRole("list", { name: "Findings by status" }).getByRole("listitem").allInnerTexts();
    const words = { fail: "✗ failed", undecided: "? undecided", exempt: "– exempt", pass: "✓ passed" };
    expect(tiles.map((tile) => tile.split("\n")).sort()).toEqual(
      statuses.map((status) => [`${findings.filter((each) => each.status === status).length}`, words[status]]).sort(),
    );
    for (const verdict of verdicts) {
      const row = page.getByRole("table", { name: "All findings by verdict" }).getByRole("row", { name: verdict });
      expect(await row.getByRole("cell").first().textContent()).toBe(`${summary.verdict[verdict]}`);
    }
    for (const [severity, number] of Object.entries(summary.severity)) {
      const row = page.getByRole("table", { name: "Failed findings by severity" }).getByRole("row", { name: severity });
      expect(await row.getByRole("cell").first().textContent()).toBe(`${number}`);
    }
    await page.close();
  });

  it("has a card for every finding to act on, and evidence of both sides beside each other", async () => {
    const page = await open("plain", { viewport: { width: 1280, height: 900 } });
    for (const { message, explanation, remedy, docs, standards } of plainReport.findings) {
      const card = page.getByRole("article").filter({ has: page.getByRole("heading", { name: message, exact: true }) });
      const text = await card.textContent();
      for (const part of [explanation, remedy, docs, ...standards.map(({ asks }) => asks)])
        expect(text).toContain(part);
      const [code, wire] = await Promise.all(
        ["From the definitions", "From the wire"].map((side) =>
          card.getByRole("heading", { name: side }).boundingBox(),
        ),
      );
      expect(code?.y).toBe(wire?.y);
      expect(code?.x).toBeLessThan(wire?.x ?? 0);
    }
    await page.close();
  });

  it("shows an exemption with its reason, its end and where it was decided", async () => {
    const page = await open("sample");
    const text = await page.locator("body").textContent();
    for (const { exemption } of sampleReport.findings) {
      if (!exemption) continue;
      expect(text).toContain(`Exempt until ${exemption.expires}. ${exemption.reason} ${exemption.at}`);
    }
    await page.close();
  });

  it("every link within the page leads somewhere", async () => {
    const page = await open("sample");
    const dead = await page.evaluate(`
      [...document.querySelectorAll('a[href^="#"]')]
        .map((link) => link.getAttribute("href"))
        .filter((target) => !document.getElementById(target.slice(1)))
    `);
    expect(dead).toEqual([]);
    await page.close();
  });

  it("says plainly that nothing was found", async () => {
    const page = await open("empty");
    expect(await page.getByRole("banner").textContent()).toContain(
      "Nothing was judged: the inputs hold no mail endpoint.",
    );
    await page.close();
  });

  it.each([
    ...names.map((name) => [name, "light", "screen"] as const),
    ...names.map((name) => [name, "dark", "screen"] as const),
    ["sample", "light", "print"] as const,
  ])("%s: axe finds no barrier (%s, %s)", async (name, colorScheme, media) => {
    const page = await open(name, { colorScheme });
    await page.emulateMedia({ media, colorScheme });
    await page.evaluate(axe.source);
    const violations = await page.evaluate(async () => {
      const result = await (globalThis as unknown as { axe: typeof axe }).axe.run();
      return result.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`);
    });
    expect(violations).toEqual([]);
    await page.close();
  });

  it.each([360, 768, 1280])("fits a window %i pixels wide", async (width) => {
    const page = await open("sample", { viewport: { width, height: 800 } });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
    await page.close();
  });

  it("prints on A4, with the facts and every conversation opened", async () => {
    const page = await open("plain");
    await page.emulateMedia({ media: "print" });
    await page.setViewportSize({ width: 688, height: 1000 });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(688);
    expect((await page.getByRole("table", { name: "What is known" }).boundingBox())?.height).toBeGreaterThan(500);
    expect((await page.locator("#conversation-1 pre").boundingBox())?.height).toBeGreaterThan(100);
    const pdf = await page.pdf({ preferCSSPageSize: true });
    expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
    const box = /\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)/.exec(pdf.toString("latin1"));
    expect([Math.round(Number(box?.[1])), Math.round(Number(box?.[2]))]).toEqual([595, 842]);
    await page.close();
  });
});
