import type { Cloud } from "../cloud.js";
import { kubernetesSchemas } from "./kinds.js";
import { networkOf } from "./network.js";

export const kubernetes: Cloud = { schemas: kubernetesSchemas, networkOf };
