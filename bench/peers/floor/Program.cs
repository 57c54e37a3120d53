using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

// The rows of the benchmark as the least program of this runtime does them: each line of a file is one question. No checklist, no options,
// no limits, no evidence, and each row in the way that was the fastest of those tried. Prints how many answers were as they should be.
var (row, lines) = (args[0], File.ReadAllLines(args[1]));
var good = 0;
switch (row)
{
    case "files":
        foreach (var path in lines)
            Count(new FileInfo(path).Length == 17);
        break;
    case "tcp":
        foreach (var port in lines)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Connect(new IPEndPoint(IPAddress.Loopback, int.Parse(port)));
            Count(socket.Connected);
        }

        break;
    case "http":
        // One after another over one connection: on loopback that is sooner than side by side, for which more code is loaded.
        using (var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false, ActivityHeadersPropagator = null }))
            foreach (var url in lines)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, url);
                using var response = client.Send(request);
                Count(response.StatusCode == HttpStatusCode.OK);
            }

        break;
    case "commands":
        var threads = Enumerable.Range(0, 3).Select(first => new Thread(() =>
        {
            for (var n = first; n < lines.Length; n += 3)
                Count(Output(lines[n].Split(' ')) == $"answer-{n}\n");
        })).ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());
        break;
    default:
        return 2;
}

Console.WriteLine($"{good} passed");
return 0;

void Count(bool isGood)
{
    if (isGood)
        Interlocked.Increment(ref good);
}

static string Output(string[] words)
{
    using var process = Process.Start(new ProcessStartInfo(words[0], words[1..]) { RedirectStandardOutput = true })!;
    var output = process.StandardOutput.ReadToEnd();
    process.WaitForExit();
    return output;
}
