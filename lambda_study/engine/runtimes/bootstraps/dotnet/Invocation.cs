using System;
using System.Collections.Generic;
using Amazon.Lambda.Core;

/// <summary>One invocation: its event, and what the handler is told about it.</summary>
class Invocation : ILambdaContext, ILambdaLogger
{
    public readonly byte[] Event;
    readonly Dictionary<string, string> headers;

    public Invocation(Dictionary<string, string> headers, byte[] body)
    {
        this.headers = headers;
        Event = body;
    }

    public string AwsRequestId { get { return headers["Lambda-Runtime-Aws-Request-Id"]; } }
    public string InvokedFunctionArn { get { return headers["Lambda-Runtime-Invoked-Function-Arn"]; } }
    public string FunctionName { get { return Variable("AWS_LAMBDA_FUNCTION_NAME"); } }
    public string FunctionVersion { get { return Variable("AWS_LAMBDA_FUNCTION_VERSION"); } }
    public int MemoryLimitInMB { get { return int.Parse(Variable("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")); } }
    public string LogGroupName { get { return Variable("AWS_LAMBDA_LOG_GROUP_NAME"); } }
    public string LogStreamName { get { return Variable("AWS_LAMBDA_LOG_STREAM_NAME"); } }
    public ILambdaLogger Logger { get { return this; } }

    public TimeSpan RemainingTime
    {
        get
        {
            var deadlineMs = long.Parse(headers["Lambda-Runtime-Deadline-Ms"]);
            var epoch = new DateTime(1970, 1, 1, 0, 0, 0, DateTimeKind.Utc);
            return epoch.AddMilliseconds(deadlineMs) - DateTime.UtcNow;
        }
    }

    public void LogLine(string message) { Console.WriteLine(message); }

    static string Variable(string name) { return Environment.GetEnvironmentVariable(name); }
}
