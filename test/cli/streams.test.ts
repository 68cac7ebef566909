import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync } from "node:fs";
import { describeWith } from "../setup/real-part.js";

/** Exit code and complaints of a command whose reader has gone before it writes. */
async function unread(...args: string[]): Promise<{ status: number; stderr: string }> {
  const command = spawn(process.execPath, ["dist/cli/main.js", ...args], { stdio: ["ignore", "pipe", "pipe"] });
  command.stdout.destroy();
  let stderr = "";
  command.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const [status] = await once(command, "close");
  return { status, stderr };
}

it.each([
  [["--help"], 0],
  [["reach", "examples/acme", "--json"], 0],
  [["reach", "examples/acme", "--to", "mail.acme.example", "--port", "465", "--json"], 1],
  [["audit", "examples/acme", "--format", "json"], 1],
  [["explain", "--config", "examples/acme/postfix", "--json"], 0],
  [["check", "mail.example.com", "--dry-run"], 0],
])("%j ends as it would have when nobody reads on", async (args, code) => {
  expect(await unread(...args)).toEqual({ status: code, stderr: "" });
});

describeWith(existsSync("/dev/full") ? undefined : "no /dev/full")("a full disk", () => {
  it("is told, with exit code 2", () => {
    const full = openSync("/dev/full", "w");
    try {
      const { status, stderr } = spawnSync(process.execPath, ["dist/cli/main.js", "reach", "examples/acme"], {
        stdio: ["ignore", full, "pipe"],
        encoding: "utf8",
      });
      expect({ status, stderr }).toEqual({
        status: 2,
        stderr: "port587: standard output: cannot be written (ENOSPC)\n",
      });
    } finally {
      closeSync(full);
    }
  });
});
