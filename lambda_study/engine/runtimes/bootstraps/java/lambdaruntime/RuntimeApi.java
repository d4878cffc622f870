package lambdaruntime;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.HashMap;
import java.util.Map;

/**
 * The Runtime API: HTTP to the address that Lambda leaves in AWS_LAMBDA_RUNTIME_API, over one connection that
 * stays open. It is written out here, because Java's own HTTP clients take long to load.
 */
class RuntimeApi {
    private final String address;
    private final InputStream in;
    private final OutputStream out;

    RuntimeApi(String address) throws IOException {
        this.address = address;
        String[] parts = address.split(":");
        Socket socket = new Socket(parts[0], Integer.parseInt(parts[1]));
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    Invocation next() throws IOException {
        send("GET", "invocation/next", new byte[0], null);
        return receive();
    }

    void post(String path, byte[] body, String errorType) throws IOException {
        send("POST", path, body, errorType);
        receive();
    }

    private void send(String method, String path, byte[] body, String errorType) throws IOException {
        String head = method + " /2018-06-01/runtime/" + path + " HTTP/1.1\r\nHost: " + address
            + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length + "\r\n";
        if (errorType != null) head += "Lambda-Runtime-Function-Error-Type: " + errorType + "\r\n";
        out.write((head + "\r\n").getBytes("US-ASCII"));
        out.write(body);
    }

    private Invocation receive() throws IOException {
        Map<String, String> headers = new HashMap<>();
        for (String line = readLine(); !line.isEmpty(); line = readLine()) {
            int colon = line.indexOf(": ");
            if (colon > 0) headers.put(line.substring(0, colon), line.substring(colon + 2));
        }
        return new Invocation(headers, in.readNBytes(Integer.parseInt(headers.get("Content-Length"))));
    }

    private String readLine() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) throw new EOFException("The Runtime API has closed the connection");
            if (next != '\r') line.append((char) next);
        }
        return line.toString();
    }
}
