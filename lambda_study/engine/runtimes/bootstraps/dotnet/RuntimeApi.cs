using System;
using System.IO;
using System.Net;
using System.Threading;
using Amazon.Lambda.Core;

/// <summary>The Runtime API: HTTP to the address that Lambda leaves in AWS_LAMBDA_RUNTIME_API.</summary>
class RuntimeApi
{
    readonly string root;

    public RuntimeApi(string address)
    {
        root = "http://" + address + "/2018-06-01/runtime/";
        ServicePointManager.Expect100Continue = false;
        ServicePointManager.UseNagleAlgorithm = false;
    }

    public Invocation Next()
    {
        using (var response = Open("invocation/next").GetResponse())
        {
            return new Invocation(response.Headers, ReadAll(response));
        }
    }

    public void Post(string path, byte[] body, string errorType = null)
    {
        var request = Open(path);
        request.Method = "POST";
        request.ContentType = "application/json";
        request.ContentLength = body.Length;
        if (errorType != null) request.Headers["Lambda-Runtime-Function-Error-Type"] = errorType;
        using (var stream = request.GetRequestStream()) stream.Write(body, 0, body.Length);
        using (var response = request.GetResponse()) ReadAll(response);
    }

    HttpWebRequest Open(string path)
    {
        var request = (HttpWebRequest)WebRequest.Create(root + path);
        request.Proxy = null;
        request.Timeout = request.ReadWriteTimeout = Timeout.Infinite; // an event may take hours to come
        return request;
    }

    static byte[] ReadAll(WebResponse response)
    {
        var memory = new MemoryStream();
        using (var stream = response.GetResponseStream()) stream.CopyTo(memory);
        return memory.ToArray();
    }
}

/// <summary>One invocation: its event, and what the handler is told about it.</summary>
class Invocation : ILambdaContext, ILambdaLogger
{
    public readonly byte[] Event;
    readonly DateTime deadline;

    public Invocation(WebHeaderCollection headers, byte[] body)
    {
        Event = body;
        AwsRequestId = headers["Lambda-Runtime-Aws-Request-Id"];
        InvokedFunctionArn = headers["Lambda-Runtime-Invoked-Function-Arn"];
        var ms = long.Parse(headers["Lambda-Runtime-Deadline-Ms"]);
        deadline = new DateTime(1970, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddMilliseconds(ms);
    }

    public string AwsRequestId { get; private set; }
    public string InvokedFunctionArn { get; private set; }
    public string FunctionName { get { return Variable("AWS_LAMBDA_FUNCTION_NAME"); } }
    public string FunctionVersion { get { return Variable("AWS_LAMBDA_FUNCTION_VERSION"); } }
    public int MemoryLimitInMB { get { return int.Parse(Variable("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")); } }
    public string LogGroupName { get { return Variable("AWS_LAMBDA_LOG_GROUP_NAME"); } }
    public string LogStreamName { get { return Variable("AWS_LAMBDA_LOG_STREAM_NAME"); } }
    public TimeSpan RemainingTime { get { return deadline - DateTime.UtcNow; } }
    public ILambdaLogger Logger { get { return this; } }
    public void LogLine(string message) { Console.WriteLine(message); }

    static string Variable(string name) { return Environment.GetEnvironmentVariable(name); }
}
