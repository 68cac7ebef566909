import type { Cloud } from "../cloud.js";
import { networkOf } from "./network.js";
import { awsSchemas } from "./schemas.js";

export const aws: Cloud = { schemas: awsSchemas, networkOf };
