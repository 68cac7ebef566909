import type { Case } from "./exim-cases.js";

/** Random configurations; the same seed gives the same ones. */
export function generatedCases(_seed: number, _count: number): Case[] {
  return [];
}
