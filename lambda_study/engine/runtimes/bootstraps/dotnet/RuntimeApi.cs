using System.Collections.Generic;
using System.IO;
using System.Net.Sockets;
using System.Text;

/// <summary>
/// The Runtime API: HTTP to the address that Lambda leaves in AWS_LAMBDA_RUNTIME_API, over one connection that
/// stays open. It is written out here, because to load .NET's own HTTP client takes Mono half a second.
/// </summary>
class RuntimeApi
{
    readonly string address;
    readonly Stream stream;

    public RuntimeApi(string address)
    {
        this.address = address;
        var parts = address.Split(':');
        stream = new BufferedStream(new TcpClient(parts[0], int.Parse(parts[1])) { NoDelay = true }.GetStream());
    }

    public Invocation Next()
    {
        Send("GET", "invocation/next", new byte[0], null);
        return Receive();
    }

    public void Post(string path, byte[] body, string errorType = null)
    {
        Send("POST", path, body, errorType);
        Receive();
    }

    void Send(string method, string path, byte[] body, string errorType)
    {
        var head = method + " /2018-06-01/runtime/" + path + " HTTP/1.1\r\nHost: " + address
            + "\r\nContent-Type: application/json\r\nContent-Length: " + body.Length + "\r\n";
        if (errorType != null) head += "Lambda-Runtime-Function-Error-Type: " + errorType + "\r\n";
        var bytes = Encoding.ASCII.GetBytes(head + "\r\n");
        stream.Write(bytes, 0, bytes.Length);
        stream.Write(body, 0, body.Length);
        stream.Flush();
    }

    Invocation Receive()
    {
        var headers = new Dictionary<string, string>();
        for (var line = ReadLine(); line != ""; line = ReadLine())
        {
            var colon = line.IndexOf(": ");
            if (colon > 0) headers[line.Substring(0, colon)] = line.Substring(colon + 2);
        }
        var body = new byte[int.Parse(headers["Content-Length"])];
        for (int done = 0, read; done < body.Length; done += read)
        {
            read = stream.Read(body, done, body.Length - done);
            if (read == 0) throw new EndOfStreamException("The Runtime API has closed the connection");
        }
        return new Invocation(headers, body);
    }

    string ReadLine()
    {
        var line = new StringBuilder();
        for (var next = stream.ReadByte(); next != '\n'; next = stream.ReadByte())
        {
            if (next < 0) throw new EndOfStreamException("The Runtime API has closed the connection");
            if (next != '\r') line.Append((char)next);
        }
        return line.ToString();
    }
}
