package lambdaruntime;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.LambdaLogger;
import java.net.HttpURLConnection;

/** One invocation: its event, and what the handler is told about it. */
class Invocation implements Context, LambdaLogger {
    final byte[] event;
    private final String requestId;
    private final String arn;
    private final long deadlineMs;

    Invocation(HttpURLConnection answer, byte[] event) {
        this.event = event;
        requestId = answer.getHeaderField("Lambda-Runtime-Aws-Request-Id");
        arn = answer.getHeaderField("Lambda-Runtime-Invoked-Function-Arn");
        deadlineMs = Long.parseLong(answer.getHeaderField("Lambda-Runtime-Deadline-Ms"));
    }

    public String getAwsRequestId() { return requestId; }

    public String getInvokedFunctionArn() { return arn; }

    public int getRemainingTimeInMillis() { return (int) Math.max(0, deadlineMs - System.currentTimeMillis()); }

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
