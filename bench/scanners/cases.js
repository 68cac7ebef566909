import { amazon } from "./cases/amazon.js";
import { azure } from "./cases/azure.js";
import { google } from "./cases/google.js";
import { kubernetes } from "./cases/kubernetes.js";
import { scaleway } from "./cases/scaleway.js";

/**
 * Configurations that scanners misread for port 587, each as the resources of a Terraform program, with a question about
 * one connection to tcp/587 and what becomes of its packets: `open`, `closed`, or `partial` where they pass from some of
 * the client's own ports only. One end of the question is an address, the other a machine or a group.
 */
export const cases = [...amazon, ...google, ...azure, ...scaleway, ...kubernetes];
