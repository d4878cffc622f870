package lambdaruntime;

import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The runtime of a Java function: the part between Lambda and your handler.
 * It asks the Runtime API for an event, calls the handler, posts what came out, and asks for the next event.
 */
public class Bootstrap {
    public static void main(String[] arguments) throws Exception {
        RuntimeApi api = new RuntimeApi(System.getenv("AWS_LAMBDA_RUNTIME_API"));
        HandlerMethod handler = null;
        try {
            handler = new HandlerMethod(System.getenv("_HANDLER")); // static fields and the constructor run here, once
        } catch (Throwable error) {
            fail(api, "init/error", error);
            System.exit(1);
        }
        while (true) {
            Invocation invocation = api.next(); // waits, frozen, until there is an event
            String path = "invocation/" + invocation.getAwsRequestId();
            try {
                api.post(path + "/response", handler.call(invocation), null);
            } catch (Throwable error) {
                fail(api, path + "/error", error);
            }
        }
    }

    /** An error is written to the log with its trace, then posted as JSON. */
    private static void fail(RuntimeApi api, String path, Throwable thrown) throws Exception {
        Throwable error = thrown instanceof InvocationTargetException ? thrown.getCause() : thrown;
        Map<String, Object> body = describe(error);
        StringBuilder log = new StringBuilder(error.getMessage() + ": " + error.getClass().getName());
        for (Object frame : (List<?>) body.get("stackTrace")) {
            log.append("\r\tat ").append(frame); // \r: several lines, one event of the log
        }
        System.out.println(log);
        api.post(path, Json.write(body).getBytes("UTF-8"), error.getClass().getName());
    }

    /** The trace ends where the handler was called from here. */
    private static Map<String, Object> describe(Throwable error) {
        List<Object> trace = new ArrayList<>();
        for (StackTraceElement frame : error.getStackTrace()) {
            String name = frame.getClassName();
            if (name.startsWith("lambdaruntime.") || name.startsWith("jdk.internal.reflect.")) break;
            trace.add(frame.toString());
        }
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("errorMessage", error.getMessage());
        body.put("errorType", error.getClass().getName());
        body.put("stackTrace", trace);
        if (error.getCause() != null) body.put("cause", describe(error.getCause()));
        return body;
    }
}
