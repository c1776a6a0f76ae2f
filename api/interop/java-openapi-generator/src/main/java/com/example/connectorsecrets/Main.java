package com.example.connectorsecrets;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.File;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Calls the API once for each conformance case, and prints what came back as a line of JSON. */
public final class Main {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private Main() {}

    public static void main(String[] args) throws Exception {
        if (args.length != 2) {
            System.err.println("usage: java -Dfile.encoding=UTF-8 -jar connector-secrets.jar BASE_URL CASES_FILE");
            System.exit(64);
        }
        Map<String, Secrets> clients = new HashMap<>();
        for (Case testCase : JSON.readValue(new File(args[1]), CasesFile.class).cases()) {
            Request request = testCase.request();
            Secrets secrets = clients.computeIfAbsent(request.credential(), key -> new Secrets(args[0], key));
            Secrets.Outcome outcome = secrets.list(Long.parseLong(request.teamId()), request.connectorIdentifier());
            System.out.write(JSON.writeValueAsBytes(new Result(testCase.name(), outcome)));
            System.out.println();
        }
    }

    private record CasesFile(List<Case> cases) {}

    private record Case(String name, Request request) {}

    private record Request(String teamId, String connectorIdentifier, String credential) {}

    private record Result(String name, Secrets.Outcome outcome) {}
}
