package com.example.connectorsecrets;

import com.example.connectorsecrets.client.ApiClient;
import com.example.connectorsecrets.client.ApiException;
import com.example.connectorsecrets.client.api.ConnectorSecretsApi;
import com.example.connectorsecrets.client.model.ConnectorSecretList;
import com.example.connectorsecrets.client.model.ErrorEnvelope;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.File;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Calls the API once for each conformance case, and prints what came out as a line of JSON. */
public final class Main {
    /** For the cases and the outcomes. The client's mapper leaves out what is null. */
    private static final ObjectMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private static final ObjectMapper CLIENT_JSON = ApiClient.createDefaultObjectMapper();

    private Main() {}

    public static void main(String[] args) throws ApiException, IOException {
        if (args.length != 2) {
            System.err.println("usage: java -Dfile.encoding=UTF-8 -jar connector-secrets.jar BASE_URL CASES_FILE");
            System.exit(64);
        }
        // The generated client decodes bodies in the default charset, which until Java 17 is the one of the locale.
        if (!Charset.defaultCharset().equals(StandardCharsets.UTF_8)) {
            throw new IllegalStateException("the default charset is not UTF-8: run java with -Dfile.encoding=UTF-8");
        }

        Map<String, ConnectorSecretsApi> apis = new HashMap<>();
        for (Case testCase : JSON.readValue(new File(args[1]), CasesFile.class).cases()) {
            Request request = testCase.request();
            ConnectorSecretsApi api = apis.computeIfAbsent(request.credential(), key -> newApi(args[0], key));
            Outcome outcome = listSecrets(api, Long.parseLong(request.teamId()), request.connectorIdentifier());
            System.out.write(JSON.writeValueAsBytes(new Result(testCase.name(), outcome)));
            System.out.println();
        }
    }

    /**
     * Returns a client to keep and share: each has connections and threads of its own.
     *
     * @param credential an OAuth token or an API key, without the word Bearer: both are sent in the same form
     */
    private static ConnectorSecretsApi newApi(String baseUrl, String credential) {
        ApiClient client = new ApiClient();
        // The client puts the path, with its slash, after this.
        client.updateBaseUri(baseUrl.replaceFirst("/+$", ""));
        client.setConnectTimeout(Duration.ofSeconds(5));
        client.setReadTimeout(Duration.ofSeconds(30));
        // The library "native" generates nothing for security schemes.
        client.setRequestInterceptor(request -> request.setHeader("Authorization", "Bearer " + credential));
        return new ConnectorSecretsApi(client);
    }

    private static Outcome listSecrets(ConnectorSecretsApi api, long teamId, String connectorIdentifier)
            throws ApiException, IOException {
        ConnectorSecretList list;
        try {
            list = api.listConnectorSecrets(teamId, connectorIdentifier);
        } catch (ApiException e) {
            return failure(e);
        }
        // Jackson lets required properties be missing: they are null then.
        return new Outcome(200, CLIENT_JSON.valueToTree(list), null, null);
    }

    private static Outcome failure(ApiException e) throws ApiException {
        if (e.getCode() == 0) {
            throw e; // no answer, or a 200 whose body could not be decoded
        }
        ErrorEnvelope envelope;
        try {
            // The library "native" leaves the bodies of errors as they came.
            envelope = CLIENT_JSON.readValue(e.getResponseBody(), ErrorEnvelope.class);
        } catch (JsonProcessingException notJson) {
            throw e; // from something in between, such as a proxy: the status is all there is to know
        }
        HttpHeaders headers = e.getResponseHeaders();
        Integer limit = number(headers, "X-RateLimit-Limit");
        Integer remaining = number(headers, "X-RateLimit-Remaining");
        return new Outcome(
                e.getCode(),
                CLIENT_JSON.valueToTree(envelope),
                number(headers, "Retry-After"),
                limit == null || remaining == null ? null : new RateLimit(limit, remaining));
    }

    private static Integer number(HttpHeaders headers, String name) {
        // A Retry-After with a date, which HTTP allows too, counts as absent here.
        return headers.firstValue(name).filter(value -> value.matches("[0-9]{1,9}")).map(Integer::valueOf).orElse(null);
    }

    private record CasesFile(List<Case> cases) {}

    private record Case(String name, Request request) {}

    private record Request(String teamId, String connectorIdentifier, String credential) {}

    private record Result(String name, Outcome outcome) {}

    private record Outcome(int status, JsonNode body, Integer retryAfterSeconds, RateLimit rateLimit) {}

    private record RateLimit(int limit, int remaining) {}
}
