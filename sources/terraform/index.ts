import { readFile } from "node:fs/promises";
import { InputError } from "../../model/errors.js";
import type { Estate } from "../../model/network.js";
import { type StartOf, startOf } from "../disk.js";
import { estateOf } from "../pulumi/index.js";
import { parseJson } from "../pulumi/json.js";
import { checkedDocument, kindOf, type TerraformFile } from "./document.js";
import { resourcesOf } from "./resources.js";

export type { TerraformFile } from "./document.js";

const isWritten = /^\s*\{\s*"format_version"\s*:/;
const isPlan = /"(?:planned_values|resource_changes)"\s*:/;

/**
 * Which kind of Terraform JSON it is, told by its content; `undefined` when it is none. Where Terraform's first key
 * stands first, as it writes it, the text is not parsed for this; nor is malformed JSON, so that reading it gives the
 * error that names the place.
 */
export async function recognisesTerraform(path: string, given: StartOf = startOf): Promise<TerraformFile | undefined> {
  const start = given(path);
  if (!/^\s*\{/.test(start)) return undefined;
  if (isWritten.test(start) && isPlan.test(start)) return "terraform-plan";
  const text = await readFile(path, "utf8").catch(() => "");
  if (!/^\s*\{/.test(text) || !/"format_version"\s*:/.test(text)) return undefined;
  const byKeys = isPlan.test(text) ? "terraform-plan" : "terraform-state";
  if (isWritten.test(text)) return byKeys;
  try {
    return kindOf(JSON.parse(text));
  } catch {
    return byKeys;
  }
}

/**
 * Reads the output of `terraform show -json` or `tofu show -json`, of a plan or a state: the same networks and mail
 * definitions as a Pulumi program with the same resources; subjects are addresses, evidence is `ADDRESS#attribute.path`.
 * @throws InputError with place, expectation and mend when it is malformed, of another version or incomplete.
 */
export async function readTerraform(path: string): Promise<Estate> {
  const mend = "Write the file anew: `terraform show -json PLAN > plan.json`.";
  const document = checkedDocument(parseJson(await text(path), path, mend), path);
  return estateOf(resourcesOf(document, path));
}

async function text(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
    throw new InputError(path, `cannot be read (${code})`, "Check that the path is right and the file readable.");
  }
}
