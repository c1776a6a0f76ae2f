import { createClient, createConfig, type Client } from "./generated/client/index.js";
import { listConnectorSecrets, type ConnectorSecret, type ErrorEnvelope } from "./generated/index.js";
import { rateLimit, retryAfterSeconds, type RateLimit } from "./headers.js";

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

export function newClient(baseUrl: string, credential: string): Client {
  return createClient(
    createConfig({
      baseUrl,
      // The client asks for each security scheme of the operation. API keys, too, go to BearerAuth, which adds the word
      // Bearer; for ApiKeyAuth the client would send the bare key.
      auth: ({ scheme }) => (scheme === "bearer" ? credential : undefined),
    }),
  );
}

export async function listSecrets(client: Client, teamId: bigint, connectorIdentifier: string): Promise<Outcome> {
  const { data, error, response } = await listConnectorSecrets({
    client,
    path: { team_id: teamId, connector_identifier: connectorIdentifier },
    signal: AbortSignal.timeout(30_000),
  });

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

  // The type says that every other answer is an envelope. What a proxy sends may be text, or nothing; and if there is
  // no answer at all, this is what fetch threw, and response is undefined.
  if (!isErrorEnvelope(error)) {
    throw new Error(response === undefined ? "no answer" : `status ${response.status} without an error envelope`, {
      cause: error,
    });
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
