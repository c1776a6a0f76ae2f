import createClient, { type Client } from "openapi-fetch";

import type { components, paths } from "./generated/api.js";
import { rateLimit, retryAfterSeconds, type RateLimit } from "./headers.js";

type ConnectorSecret = components["schemas"]["ConnectorSecret"];
type ErrorEnvelope = components["schemas"]["ErrorEnvelope"];

export interface Outcome {
  status: number;
  secrets: ConnectorSecret[] | null;
  code: string | null;
  message: string | null;
  description: string | null;
  request_id: string | null;
  retry_after_seconds: number | null;
  rate_limit: RateLimit | null;
}

export function newClient(baseUrl: string, credential: string): Client<paths> {
  // openapi-fetch has no setting for security schemes. This header is BearerAuth, and right for API keys as well.
  return createClient<paths>({
    baseUrl,
    headers: { Authorization: `Bearer ${credential}` },
  });
}

export async function listSecrets(
  client: Client<paths>,
  teamId: bigint,
  connectorIdentifier: string,
): Promise<Outcome> {
  const { data, error, response } = await client.GET(
    "/v1/teams/{team_id}/connector_builder/connectors/{connector_identifier}/secrets",
    {
      params: {
        path: { team_id: teamId, connector_identifier: connectorIdentifier },
      },
      signal: AbortSignal.timeout(30_000),
    },
  );

  if (data !== undefined) {
    // Nothing compares an answer with its types: a broken list would pass for a whole one, and properties that the
    // document does not have are still there.
    if (!Array.isArray(data.secrets) || data.count !== data.secrets.length) {
      throw new Error("the answer's count is not the length of its list");
    }
    return {
      status: response.status,
      secrets: data.secrets.map(({ secret_placeholder, secret_name }) => ({
        secret_placeholder,
        secret_name,
      })),
      code: null,
      message: null,
      description: null,
      request_id: null,
      retry_after_seconds: null,
      rate_limit: null,
    };
  }

  // The type says that every other answer is an envelope. What a proxy sends may be text, or nothing.
  if (!isErrorEnvelope(error)) {
    throw new Error(`status ${response.status} without an error envelope`);
  }
  return {
    status: response.status,
    secrets: null,
    code: error.error.code,
    message: error.error.message,
    description: error.error.description ?? null,
    request_id: error.meta.request_id,
    retry_after_seconds: retryAfterSeconds(response.headers),
    rate_limit: rateLimit(response.headers),
  };
}

function isErrorEnvelope(value: unknown): value is ErrorEnvelope {
  return typeof value === "object" && value !== null && "meta" in value && "error" in value;
}
