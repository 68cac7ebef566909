import type { Cloud } from "../cloud.js";
import { networkOf } from "./network.js";
import { ovhSchemas } from "./schemas.js";

export const ovh: Cloud = { schemas: ovhSchemas, networkOf };
