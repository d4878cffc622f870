package com.amazonaws.services.lambda.runtime;

/**
 * What a handler is told about its invocation.
 *
 * Unlike AWS: this stands in for aws-lambda-java-core, with the same names, so that a handler compiles here
 * without a download, and on AWS without a change. What a beginner does not need is left out.
 */
public interface Context {
    String getAwsRequestId();

    String getFunctionName();

    String getFunctionVersion();

    String getInvokedFunctionArn();

    int getMemoryLimitInMB();

    String getLogGroupName();

    String getLogStreamName();

    int getRemainingTimeInMillis();

    LambdaLogger getLogger();
}
