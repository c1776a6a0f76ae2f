package com.example.connectorsecrets;

import com.example.connectorsecrets.client.ApiClient;
import com.example.connectorsecrets.client.ApiException;
import com.example.connectorsecrets.client.api.ConnectorSecretsApi;
import com.example.connectorsecrets.client.model.ConnectorSecretList;
import com.example.connectorsecrets.client.model.ErrorEnvelope;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpHeaders;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Lists the secrets of connectors, with a client that OpenAPI Generator made. Keep it: it has connections and threads. */
public final class Secrets {
    private static final ObjectMapper JSON = ApiClient.createDefaultObjectMapper();

    private final ConnectorSecretsApi api;

    /**
     * Makes a client for one credential.
     *
     * @param credential an OAuth token or an API key, without the word Bearer: both are sent in the same form
     */
    public Secrets(String baseUrl, String credential) {
        // The generated client decodes bodies in the default charset, which until Java 17 is the one of the locale.
        if (!Charset.defaultCharset().equals(StandardCharsets.UTF_8)) {
            throw new IllegalStateException("the default charset is not UTF-8: run java with -Dfile.encoding=UTF-8");
        }
        ApiClient client = new ApiClient();
        // The client puts the path, with its slash, after this.
        client.updateBaseUri(baseUrl.replaceFirst("/+$", ""));
        client.setConnectTimeout(Duration.ofSeconds(5));
        client.setReadTimeout(Duration.ofSeconds(30));
        // The library "native" generates nothing for security schemes.
        client.setRequestInterceptor(request -> request.setHeader("Authorization", "Bearer " + credential));
        api = new ConnectorSecretsApi(client);
    }

    /**
     * Lists the secrets of one connector.
     *
     * @throws ApiException if there is no response, or one that is not the API's
     */
    public Outcome list(long teamId, String connectorIdentifier) throws ApiException {
        try {
            ConnectorSecretList secrets = api.listConnectorSecrets(teamId, connectorIdentifier);
            // Jackson lets required properties be missing: they are null then.
            return new Outcome(200, JSON.valueToTree(secrets), null, null);
        } catch (ApiException e) {
            return failed(e);
        }
    }

    private static Outcome failed(ApiException e) throws ApiException {
        if (e.getCode() == 0) {
            throw e; // no response, or a 200 whose body could not be decoded
        }
        ErrorEnvelope envelope;
        try {
            // The library "native" does not decode the bodies of errors.
            envelope = JSON.readValue(e.getResponseBody(), ErrorEnvelope.class);
        } catch (JsonProcessingException notJson) {
            throw e; // from something in between, such as a proxy
        }
        HttpHeaders headers = e.getResponseHeaders();
        Integer limit = number(headers, "X-RateLimit-Limit");
        Integer remaining = number(headers, "X-RateLimit-Remaining");
        return new Outcome(
                e.getCode(),
                JSON.valueToTree(envelope),
                number(headers, "Retry-After"),
                limit == null || remaining == null ? null : new RateLimit(limit, remaining));
    }

    /** Reads a header field. A date in Retry-After, which HTTP also allows, counts as absent. */
    private static Integer number(HttpHeaders headers, String name) {
        return headers.firstValue(name).filter(value -> value.matches("[0-9]{1,9}")).map(Integer::valueOf).orElse(null);
    }

    /** What a response says. The body is the list, or the error envelope. */
    public record Outcome(int status, JsonNode body, Integer retryAfterSeconds, RateLimit rateLimit) {}

    /** How many requests an hour are allowed, and how many are left. */
    public record RateLimit(int limit, int remaining) {}
}
