import type { TerraformType } from "./type.js";

const cloudRun = { renamed: { env: "envs" }, single: ["template", "spec", "value_source", "value_from"] };
const containerApp = { renamed: { container: "containers", env: "envs" }, single: ["template", "ingress"] };
const emailProvider = { single: ["credentials"] };

/**
 * What runs programs or says how a service sends mail, in no network that is read. Attribute names: registry
 * documentation of the providers `docker` (3), `google` (6), `azurerm` (4), `keycloak` (5) and `auth0` (1).
 */
export const carriers: Readonly<Record<string, TerraformType>> = {
  docker_container: {
    token: "docker:index/container:Container",
    renamed: { env: "envs", upload: "uploads" },
  },
  docker_service: {
    token: "docker:index/service:Service",
    single: ["task_spec", "container_spec", "endpoint_spec"],
  },
  docker_image: { token: "docker:index/remoteImage:RemoteImage", identities: ["image_id", "name"] },
  google_cloud_run_service: { token: "gcp:cloudrun/service:Service", ...cloudRun },
  google_cloud_run_v2_service: { token: "gcp:cloudrunv2/service:Service", ...cloudRun },
  google_cloud_run_v2_job: { token: "gcp:cloudrunv2/job:Job", ...cloudRun },
  google_cloud_run_v2_worker_pool: { token: "gcp:cloudrunv2/workerPool:WorkerPool", ...cloudRun },
  google_cloudfunctions_function: { token: "gcp:cloudfunctions/function:Function", maps: ["environment_variables"] },
  google_cloudfunctions2_function: { token: "gcp:cloudfunctionsv2/function:Function", single: ["service_config"] },
  azurerm_container_app: { token: "azure:containerapp/app:App", ...containerApp },
  azurerm_container_app_job: { token: "azure:containerapp/job:Job", ...containerApp },
  helm_release: { token: "kubernetes:helm.sh/v3:Release", renamed: { set: "sets" } },
  keycloak_realm: { token: "keycloak:index/realm:Realm", single: ["smtp_server", "auth"] },
  auth0_email: { token: "auth0:index/email:Email", ...emailProvider },
  auth0_email_provider: { token: "auth0:index/emailProvider:EmailProvider", ...emailProvider },
};
