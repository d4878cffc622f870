using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Text;

/// <summary>
/// The runtime of a C# function: the part between Lambda and your handler.
/// It asks the Runtime API for an event, calls the handler, posts what came out, and asks for the next event.
/// </summary>
static class Bootstrap
{
    static readonly RuntimeApi Api = new RuntimeApi(Environment.GetEnvironmentVariable("AWS_LAMBDA_RUNTIME_API"));

    static void Main()
    {
        HandlerMethod handler = null;
        try
        {
            handler = new HandlerMethod(Environment.GetEnvironmentVariable("_HANDLER")); // the constructor runs once
        }
        catch (Exception error)
        {
            Fail("init/error", error);
            Environment.Exit(1);
        }
        while (true)
        {
            var invocation = Api.Next(); // waits, frozen, until there is an event
            var path = "invocation/" + invocation.AwsRequestId;
            try
            {
                Api.Post(path + "/response", handler.Call(invocation));
            }
            catch (Exception error)
            {
                Fail(path + "/error", error);
            }
        }
    }

    /// <summary>An error is written to the log with its trace, then posted as JSON.</summary>
    static void Fail(string path, Exception thrown)
    {
        var error = thrown is TargetInvocationException || thrown is TypeInitializationException ? thrown.InnerException : thrown;
        var trace = Trace(error);
        Console.WriteLine(string.Join("\r", new[] { error.GetType().Name + ": " + error.Message }.Concat(trace))); // \r: one event of the log
        var body = new Dictionary<string, object> {
            { "errorType", error.GetType().Name },
            { "errorMessage", error.Message },
            { "stackTrace", trace },
        };
        Api.Post(path, Encoding.UTF8.GetBytes(Json.Write(body)), error.GetType().Name);
    }

    /// <summary>The trace ends where the handler was called from here.</summary>
    static List<object> Trace(Exception error)
    {
        var lines = (error.StackTrace ?? "").Split('\n').Select(line => line.Trim());
        var own = lines.TakeWhile(line => line != "" && !line.Contains("wrapper managed-to-native") && !line.Contains("HandlerMethod."));
        return own.Cast<object>().ToList();
    }
}
