using System.Net;
using Holdpoint.Metrics;
using Holdpoint.Processes;

namespace Holdpoint.Tests.Metrics;

/// <summary>Answers requests from memory, and commands too.</summary>
internal sealed class PageServer(ManualTime time) : HttpMessageHandler, ICommandRunner
{
    public string Page { get; set; } = "";

    /// <summary>In place of <see cref="Page"/>, where each request gets another one.</summary>
    public Func<string>? NextPage { get; set; }

    public HttpStatusCode Status { get; set; } = HttpStatusCode.OK;

    public Exception? Breaks { get; set; }

    public TimeSpan Takes { get; set; }

    public CommandResult Result { get; set; } = new CommandResult.NotStarted("nothing was set");

    public List<Command> Commands { get; } = [];

    public MetricContext Context => new()
    {
        Http = new HttpClient(this),
        Commands = this,
        Time = time,
        Directory = "/",
        Variable = name => name == "api" ? "http://api:8000" : null,
    };

    public MetricSource Scrape(ScrapeMeasure measure, Func<MetricDefinition, MetricDefinition>? change = null)
    {
        var definition = new MetricDefinition("m", Holdpoint.Expressions.Dimension.Count, 1, new MetricSourceDefinition.Scrape("${api}/metrics", measure));
        return MetricSources.Create(change?.Invoke(definition) ?? definition, Context);
    }

    public Task<CommandResult> RunAsync(Command command, TimeSpan timeout, CancellationToken cancel)
    {
        Commands.Add(command);
        return Task.FromResult(Result);
    }

    public static CommandResult Printed(string text, int exit = 0, string error = "") => new CommandResult.Exited(exit, new(text, text.Length, 1), new(error, error.Length, 1), TimeSpan.Zero);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (Takes > TimeSpan.Zero)
            await Task.Delay(Takes, time, cancellationToken);
        if (Breaks is not null)
            throw Breaks;
        return new(Status) { Content = new StringContent(NextPage?.Invoke() ?? Page) };
    }
}
