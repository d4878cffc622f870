package example;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

public class Hello implements RequestHandler<Map<String, Object>, Map<String, Object>> {
    private final List<byte[]> kept = new ArrayList<>();
    private int count;

    public Hello() {
        if (System.getenv("FAIL_INIT") != null) throw new IllegalStateException("böse");
    }

    public Map<String, Object> handleRequest(Map<String, Object> event, Context context) {
        count++;
        System.out.println("gedruckt: ü€");
        if ("raise".equals(event.get("do"))) throw new IllegalStateException("böse");
        if ("sleep".equals(event.get("do"))) sleep();
        while ("fill".equals(event.get("do"))) kept.add(new byte[4_000_000]);
        return Map.of("greeting", "grüße €", "event", event, "count", count, "id", context.getAwsRequestId(),
            "name", context.getFunctionName(), "left", context.getRemainingTimeInMillis());
    }

    private static void sleep() {
        try {
            Thread.sleep(60_000);
        } catch (InterruptedException error) {
            throw new IllegalStateException(error);
        }
    }
}
