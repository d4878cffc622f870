using System;

namespace Amazon.Lambda.Core
{
    /// <summary>
    /// What a handler is told about its invocation.
    /// Unlike AWS: this stands in for the package Amazon.Lambda.Core, with the same names, so that a handler
    /// compiles here without a download. What a beginner does not need is left out.
    /// </summary>
    public interface ILambdaContext
    {
        string AwsRequestId { get; }
        string FunctionName { get; }
        string FunctionVersion { get; }
        string InvokedFunctionArn { get; }
        int MemoryLimitInMB { get; }
        string LogGroupName { get; }
        string LogStreamName { get; }
        TimeSpan RemainingTime { get; }
        ILambdaLogger Logger { get; }
    }

    /// <summary>Writes to the function's log; Console does so too.</summary>
    public interface ILambdaLogger
    {
        void LogLine(string message);
    }
}
