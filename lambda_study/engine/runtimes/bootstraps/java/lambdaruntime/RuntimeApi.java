package lambdaruntime;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URL;

/** The Runtime API: HTTP to the address that Lambda leaves in AWS_LAMBDA_RUNTIME_API. */
class RuntimeApi {
    private final String root;

    RuntimeApi(String address) {
        root = "http://" + address + "/2018-06-01/runtime/";
    }

    Invocation next() throws IOException {
        HttpURLConnection connection = open("invocation/next");
        return new Invocation(connection, readAll(connection));
    }

    void post(String path, byte[] body, String errorType) throws IOException {
        HttpURLConnection connection = open(path);
        connection.setRequestMethod("POST");
        connection.setRequestProperty("Content-Type", "application/json");
        if (errorType != null) connection.setRequestProperty("Lambda-Runtime-Function-Error-Type", errorType);
        connection.setDoOutput(true);
        connection.setFixedLengthStreamingMode(body.length);
        try (OutputStream out = connection.getOutputStream()) {
            out.write(body);
        }
        readAll(connection);
    }

    private HttpURLConnection open(String path) throws IOException {
        return (HttpURLConnection) new URL(root + path).openConnection(Proxy.NO_PROXY);
    }

    /** A response that was read to its end leaves the connection open for the next request. */
    private static byte[] readAll(HttpURLConnection connection) throws IOException {
        boolean accepted = connection.getResponseCode() < 400;
        try (InputStream in = accepted ? connection.getInputStream() : connection.getErrorStream()) {
            return in.readAllBytes();
        }
    }
}
