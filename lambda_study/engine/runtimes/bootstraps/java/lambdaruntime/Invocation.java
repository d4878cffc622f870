package lambdaruntime;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.LambdaLogger;
import java.util.Map;

/** One invocation: its event, and what the handler is told about it. */
class Invocation implements Context, LambdaLogger {
    final byte[] event;
    private final Map<String, String> headers;

    Invocation(Map<String, String> headers, byte[] event) {
        this.headers = headers;
        this.event = event;
    }

    public String getAwsRequestId() { return headers.get("Lambda-Runtime-Aws-Request-Id"); }

    public String getInvokedFunctionArn() { return headers.get("Lambda-Runtime-Invoked-Function-Arn"); }

    public int getRemainingTimeInMillis() {
        long deadlineMs = Long.parseLong(headers.get("Lambda-Runtime-Deadline-Ms"));
        return (int) Math.max(0, deadlineMs - System.currentTimeMillis());
    }

    public String getFunctionName() { return System.getenv("AWS_LAMBDA_FUNCTION_NAME"); }

    public String getFunctionVersion() { return System.getenv("AWS_LAMBDA_FUNCTION_VERSION"); }

    public int getMemoryLimitInMB() { return Integer.parseInt(System.getenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")); }

    public String getLogGroupName() { return System.getenv("AWS_LAMBDA_LOG_GROUP_NAME"); }

    public String getLogStreamName() { return System.getenv("AWS_LAMBDA_LOG_STREAM_NAME"); }

    public LambdaLogger getLogger() { return this; }

    public void log(String message) {
        System.out.print(message);
        if (!message.endsWith("\n")) System.out.println();
    }
}
