using System;
using System.Collections.Generic;
using System.Threading;
using Amazon.Lambda.Core;

namespace Example
{
    public class Function
    {
        readonly List<byte[]> kept = new List<byte[]>();
        int count;

        public Function()
        {
            if (Environment.GetEnvironmentVariable("FAIL_INIT") != null) throw new InvalidOperationException("böse");
        }

        public Dictionary<string, object> Handler(Dictionary<string, object> input, ILambdaContext context)
        {
            count++;
            Console.WriteLine("gedruckt: ü€");
            object what;
            input.TryGetValue("do", out what);
            if ("raise".Equals(what)) throw new InvalidOperationException("böse");
            if ("sleep".Equals(what)) Thread.Sleep(60000);
            while ("fill".Equals(what)) kept.Add(Filled());
            return new Dictionary<string, object> {
                { "greeting", "grüße €" }, { "event", input }, { "count", count }, { "id", context.AwsRequestId },
                { "name", context.FunctionName }, { "left", (int)context.RemainingTime.TotalMilliseconds },
            };
        }

        static byte[] Filled()
        {
            var bytes = new byte[4000000];
            for (var i = 0; i < bytes.Length; i += 1000) bytes[i] = 1;
            return bytes;
        }
    }
}
