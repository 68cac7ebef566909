import type { Cloud } from "../cloud.js";
import { networkOf } from "./network.js";
import { gcpSchemas } from "./schemas.js";

export const gcp: Cloud = { schemas: gcpSchemas, networkOf };
