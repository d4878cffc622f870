using System;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Text;
using System.Threading.Tasks;
using Amazon.Lambda.Core;

/// <summary>
/// The handler: "Photos::Club.Function::Handler" is the public method Handler of the class Club.Function in
/// Photos.dll. It takes the event and, if it wants, an ILambdaContext; it may return a Task.
/// Unlike AWS: no serializer has to be named. An event is a Dictionary, a List, a string, a number, a bool,
/// or a Stream of its JSON text; classes of one's own are not filled.
/// </summary>
class HandlerMethod
{
    readonly MethodInfo method;
    readonly object target;

    public HandlerMethod(string handler)
    {
        var parts = handler.Split(new[] { "::" }, StringSplitOptions.None);
        if (parts.Length != 3) throw new ArgumentException("Write ASSEMBLY::CLASS::METHOD, not " + handler);
        var root = Environment.GetEnvironmentVariable("LAMBDA_TASK_ROOT");
        var type = Assembly.LoadFrom(Path.Combine(root, parts[0] + ".dll")).GetType(parts[1], true);
        method = type.GetMethod(parts[2]);
        if (method == null) throw new MissingMethodException(parts[1], parts[2]);
        target = method.IsStatic ? null : Activator.CreateInstance(type);
    }

    public byte[] Call(Invocation invocation)
    {
        var arguments = method.GetParameters().Select(each => Argument(each.ParameterType, invocation)).ToArray();
        var result = method.Invoke(target, arguments);
        var task = result as Task;
        if (task != null)
        {
            task.GetAwaiter().GetResult();
            var value = task.GetType().GetProperty("Result");
            result = value == null || value.PropertyType.Name == "VoidTaskResult" ? null : value.GetValue(task);
        }
        var stream = result as Stream;
        if (stream == null) return Encoding.UTF8.GetBytes(Json.Write(result));
        var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }

    static object Argument(Type type, Invocation invocation)
    {
        if (type == typeof(ILambdaContext)) return invocation;
        if (type == typeof(Stream)) return new MemoryStream(invocation.Event);
        var value = Json.Parse(Encoding.UTF8.GetString(invocation.Event));
        return value != null && type.IsPrimitive ? Convert.ChangeType(value, type) : value;
    }
}
